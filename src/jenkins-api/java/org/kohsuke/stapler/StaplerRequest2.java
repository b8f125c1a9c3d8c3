package org.kohsuke.stapler;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import net.sf.json.JSONObject;

public interface StaplerRequest2 extends HttpServletRequest {
    JSONObject getSubmittedForm() throws ServletException;

    void bindJSON(Object bean, JSONObject src);
}
