package io.jenkins.plugins.llmos.plugin.registry;

import hudson.Extension;
import hudson.model.Failure;
import hudson.model.RootAction;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.registry.DeployRequest;
import io.jenkins.plugins.llmos.engine.registry.Deployment;
import io.jenkins.plugins.llmos.engine.registry.ModelReference;
import io.jenkins.plugins.llmos.engine.registry.ModelRegistry;
import io.jenkins.plugins.llmos.engine.registry.ModelVersion;
import io.jenkins.plugins.llmos.engine.registry.Stage;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import io.jenkins.plugins.llmos.plugin.privacy.LlmosPermissions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The page of registered models: versions, where they come from, and their stages, which those who may deploy roll back. */
@Extension
public final class ModelsPage implements RootAction {
    @Override
    public String getIconFileName() {
        return ModelArtifacts.registry().names().isEmpty() ? null : "symbol-cube";
    }

    @Override
    public String getDisplayName() {
        return Texts.of("models.title");
    }

    @Override
    public String getUrlName() {
        return "llmos-models";
    }

    /** A version as the page shows it. */
    public static final class Row {
        private final ModelVersion version;
        private final Run<?, ?> build;
        private final List<String> stages = new ArrayList<>();

        Row(ModelVersion version, Run<?, ?> build) {
            this.version = version;
            this.build = build;
        }

        public int getNumber() {
            return version.number();
        }

        public String getHash() {
            return version.shortHash();
        }

        public String getCreated() {
            return version.created().toString().substring(0, 16).replace('T', ' ');
        }

        public String getBuild() {
            return build.getFullDisplayName();
        }

        public String getBuildUrl() {
            return build.getUrl();
        }

        public String getParent() {
            return version.parent();
        }

        public List<String> getMetrics() {
            return version.metrics().entrySet().stream()
                    .map(m -> Texts.words().namedFigure(m.getKey()) + " "
                            + String.format(Locale.ROOT, "%.4g", m.getValue()))
                    .toList();
        }

        public List<String> getStages() {
            return stages;
        }
    }

    /** A model with those versions whose builds the user may see. */
    public static final class Model {
        private final String name;
        private final List<Row> versions;
        private final List<String> rollbacks;

        Model(String name, List<Row> versions, List<String> rollbacks) {
            this.name = name;
            this.versions = versions;
            this.rollbacks = rollbacks;
        }

        public String getName() {
            return name;
        }

        /** Newest first. */
        public List<Row> getVersions() {
            return versions;
        }

        /** Stages that have a version to go back to. */
        public List<String> getRollbacks() {
            return rollbacks;
        }
    }

    /** Those of which the user may see a version. */
    public List<Model> getModels() {
        ModelRegistry registry = ModelArtifacts.registry();
        List<Model> models = new ArrayList<>();
        for (String name : registry.names()) {
            List<Row> rows = new ArrayList<>();
            for (ModelVersion version : registry.versions(name)) {
                Run<?, ?> build = ModelArtifacts.build(version);
                if (build != null) {
                    rows.add(0, new Row(version, build));
                }
            }
            List<String> rollbacks = new ArrayList<>();
            for (Stage stage : Stage.values()) {
                OptionalInt current = registry.history(name, stage).current();
                rows.stream()
                        .filter(r -> current.isPresent() && r.getNumber() == current.getAsInt())
                        .forEach(r -> r.stages.add(stage.text()));
                if (registry.history(name, stage).previous().isPresent()) {
                    rollbacks.add(stage.text());
                }
            }
            if (!rows.isEmpty()) {
                models.add(new Model(name, rows, rollbacks));
            }
        }
        return models;
    }

    public boolean isMayRollBack() {
        return Jenkins.get().getACL().hasPermission(LlmosPermissions.DEPLOY);
    }

    /** Rolls a stage back. */
    @POST
    public HttpResponse doRollback(@QueryParameter String name, @QueryParameter String stage) throws IOException {
        Jenkins.get().getACL().checkPermission(LlmosPermissions.DEPLOY);
        try {
            ModelRegistry registry = ModelArtifacts.registry();
            DeployRequest request = DeployRequest.from(Map.of("name", name, "stage", stage, "rollback", true));
            OptionalInt previous = registry.history(name, request.stage()).previous();
            if (previous.isPresent()) {
                ModelArtifacts.verify(registry.find(new ModelReference(name, Integer.toString(previous.getAsInt()))));
            }
            Deployment.rollBack(request, registry, Jenkins.getAuthentication2().getName());
        } catch (InvalidInputException e) {
            throw new Failure(EngineTexts.of(e.getMessage()));
        }
        return HttpResponses.redirectToDot();
    }
}
