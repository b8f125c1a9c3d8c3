package io.jenkins.plugins.llmos.plugin.privacy;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Figures;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** What may be spent of a data set, as Configuration as Code writes it. */
public final class DataSetBudget {
    private String dataSet = "";
    private double epsilon = Double.NaN;
    private double delta = Double.NaN;

    @DataBoundConstructor
    public DataSetBudget() {}

    DataSetBudget(String dataSet, Budget budget) {
        this.dataSet = dataSet;
        this.epsilon = budget.epsilon();
        this.delta = budget.delta();
    }

    /**
     * What is in force from now on.
     *
     * @throws InvalidInputException if ε or δ was not given, or is out of its range
     */
    Budget budget() {
        return new Budget(given("epsilon", epsilon, "3.0"), given("delta", delta, "1.0E-6"));
    }

    private double given(String name, double value, String example) {
        if (Double.isNaN(value)) {
            throw new InvalidInputException(
                    "The budget of the data set '" + dataSet + "' has no " + name
                            + ". Write it in quotes, such as " + name + ": \"" + example
                            + "\", since Configuration as Code passes over numbers with a fraction or an exponent that are not quoted.");
        }
        return value;
    }

    /** As the pages write it. */
    public String words() {
        return "ε " + Figures.floor(epsilon) + ", δ " + Figures.floor(delta);
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
