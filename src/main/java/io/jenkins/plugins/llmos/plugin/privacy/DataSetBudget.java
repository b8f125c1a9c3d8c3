package io.jenkins.plugins.llmos.plugin.privacy;

import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** What may be spent of a data set, as Configuration as Code writes it. */
public final class DataSetBudget {
    private String dataSet = "";
    private double epsilon;
    private double delta;

    @DataBoundConstructor
    public DataSetBudget() {}

    DataSetBudget(String dataSet, Budget budget) {
        this.dataSet = dataSet;
        this.epsilon = budget.epsilon();
        this.delta = budget.delta();
    }

    public String getDataSet() {
        return dataSet;
    }

    @DataBoundSetter
    public void setDataSet(String value) {
        dataSet = value == null ? "" : value.strip();
    }

    public double getEpsilon() {
        return epsilon;
    }

    @DataBoundSetter
    public void setEpsilon(double value) {
        epsilon = value;
    }

    public double getDelta() {
        return delta;
    }

    @DataBoundSetter
    public void setDelta(double value) {
        delta = value;
    }
}
