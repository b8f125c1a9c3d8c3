package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.Extension;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import io.jenkins.plugins.llmos.plugin.LlmosCategory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.GlobalConfiguration;
import jenkins.model.GlobalConfigurationCategory;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * The budgets of data sets, for Configuration as Code. They are in the ledger and nowhere else, so there is nothing to
 * save; people set them on {@link PrivacyPage}.
 */
@Extension(ordinal = 20)
@Symbol("privacy")
public final class PrivacyConfiguration extends GlobalConfiguration {
    @Override
    public GlobalConfigurationCategory getCategory() {
        return GlobalConfigurationCategory.get(LlmosCategory.class);
    }

    /** {@inheritDoc} Nothing, since the ledger must not change whenever somebody saves the page. */
    @Override
    public boolean configure(StaplerRequest2 req, JSONObject json) {
        return true;
    }

    /** Why the ledger cannot be read, null if it can. */
    public String getProblem() {
        return PrivacyPage.problem();
    }

    /** The budgets that are in force. */
    public List<DataSetBudget> getBudgets() {
        List<DataSetBudget> budgets = new ArrayList<>();
        ControllerLedger.get().budgets().forEach((name, budget) -> budgets.add(new DataSetBudget(name, budget)));
        return budgets;
    }

    /**
     * Records the budgets that differ from those in force. A data set that is not named keeps its budget.
     *
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if one is out of its range; then none is recorded
     */
    @DataBoundSetter
    public void setBudgets(List<DataSetBudget> value) {
        PrivacyLedger ledger = ControllerLedger.get();
        Map<String, Budget> changed = new LinkedHashMap<>();
        for (DataSetBudget b : value == null ? List.<DataSetBudget>of() : value) {
            changed.put(b.getDataSet(), b.budget());
        }
        changed.entrySet().removeAll(ledger.budgets().entrySet());
        changed.forEach(ControllerLedger::setBudget);
    }
}
