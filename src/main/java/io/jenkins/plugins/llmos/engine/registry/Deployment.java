package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.train.inspect.Gate;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What came of a deployment.
 *
 * @param version that was registered or found
 * @param stage that points at it now, null if none was asked for
 * @param before the version that the stage pointed at before, if there was one
 * @param checked what the gate checked
 */
public record Deployment(ModelVersion version, Stage stage, OptionalInt before, List<String> checked) {
    public Deployment {
        checked = List.copyOf(checked);
    }

    /**
     * Deploys into a registry that keeps the files.
     *
     * @param workspace folder that a relative model starts from
     * @param access how the model is read
     * @param by build or user
     * @throws GateException if the model does not pass; the registry is then as it was
     * @throws InvalidInputException if there is no such model, or the registry cannot be written
     */
    public static Deployment run(
            DeployRequest request, ModelRegistry registry, Path workspace, FileAccess access, String by) {
        if (request.rollback()) {
            return rollBack(request, registry, by);
        }
        Path folder = workspace.resolve(request.model());
        if (Files.exists(folder) || !ModelReference.isMeant(request.model())) {
            ModelFiles files = ModelFiles.read(access, folder);
            List<String> checked = check(request, files.card());
            return finish(request, registry, registry.add(request.name(), files, folder, by, ""), by, checked);
        }
        ModelVersion version = registry.find(request.reference());
        String card = ModelFolder.check(access, registry.open(version));
        List<String> checked = check(request, card);
        return finish(request, registry, version, by, checked);
    }

    /**
     * Rolls a stage back; the version it returns to must still be whole where the registry keeps its files.
     *
     * @throws InvalidInputException if there was none before, or it is damaged
     */
    public static Deployment rollBack(DeployRequest request, ModelRegistry registry, String by) {
        OptionalInt previous = registry.history(request.name(), request.stage()).previous();
        if (previous.isPresent()) {
            ModelVersion version =
                    registry.find(new ModelReference(request.name(), Integer.toString(previous.getAsInt())));
            if (version.location().isEmpty()) {
                registry.open(version);
            }
        }
        OptionalInt before = registry.history(request.name(), request.stage()).current();
        return new Deployment(
                registry.rollBack(request.name(), request.stage(), by), request.stage(), before, List.of());
    }

    /**
     * Checks a model against the request's gate.
     *
     * @param card text of the model's card, null if it has none
     * @return what was checked, a line for each rule
     * @throws GateException if it fails any, with all that failed
     */
    public static List<String> check(DeployRequest request, String card) {
        List<Gate.Verdict> verdicts = request.gate().judge(ModelFigures.of(card));
        String complaint = Gate.complaint(verdicts);
        if (complaint != null) {
            throw new GateException(
                    "The model " + request.model() + " does not pass its gate, so nothing was deployed: " + complaint);
        }
        return verdicts.stream().map(Gate.Verdict::describe).toList();
    }

    /** Moves the stage, if one was asked for. */
    public static Deployment finish(
            DeployRequest request, ModelRegistry registry, ModelVersion version, String by, List<String> checked) {
        if (request.stage() == null) {
            return new Deployment(version, null, OptionalInt.empty(), checked);
        }
        OptionalInt before = registry.history(request.name(), request.stage()).current();
        registry.point(version, request.stage(), by, checked);
        return new Deployment(version, request.stage(), before, checked);
    }

    /** What the step returns. */
    public Map<String, Object> result() {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", version.name());
        result.put("version", version.number());
        result.put("hash", version.hash());
        result.put("reference", version.reference());
        if (stage != null) {
            result.put("stage", stage.text());
            before.ifPresent(b -> result.put("before", b));
        }
        result.put("parent", version.parent());
        result.put("data", version.data());
        return result;
    }

    /** One line for the log. */
    public String describe() {
        StringBuilder line = new StringBuilder(version.reference())
                .append(" (")
                .append(version.shortHash())
                .append(')');
        if (stage == null) {
            line.append(" is registered");
        } else if (before.isPresent() && before.getAsInt() == version.number()) {
            line.append(" was in ").append(stage.text()).append(" already");
        } else {
            line.append(" is in ").append(stage.text());
            before.ifPresent(b -> line.append(", where ").append(b).append(" was"));
        }
        if (!checked.isEmpty()) {
            line.append("; passed ").append(String.join(", ", checked));
        }
        return line.toString();
    }
}
