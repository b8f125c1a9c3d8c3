package org.kohsuke.stapler;

public class HttpResponses {
    private HttpResponses() {}

    public abstract static class HttpResponseException extends RuntimeException implements HttpResponse {
        private HttpResponseException() {}
    }

    public static HttpResponse redirectToDot() {
        throw new UnsupportedOperationException();
    }
}
