package io.jenkins.plugins.llmos.engine.train.script;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * Operations in TorchScript that DJL does not offer, or that are many small calls through DJL and one here. What comes out
 * must hang on what is changed, or PyTorch takes the call for one without effect.
 */
final class ScriptedFunction implements AutoCloseable {
    private final Model model;
    private final ParameterStore store;

    /**
     * @param name of what it does
     * @param method {@code forward} in TorchScript, indented by two spaces
     * @throws EngineException if this PyTorch does not have the operations
     */
    ScriptedFunction(String name, String method) {
        model = Model.newInstance(name);
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new TorchScriptArchive().write(bytes, method);
            model.load(new ByteArrayInputStream(bytes.toByteArray()));
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw e instanceof EngineException engine ? engine : new EngineException("TorchScript of " + name, e);
        }
        store = new ParameterStore(model.getNDManager(), false);
    }

    /** Owner of arrays to try it with. */
    NDManager manager() {
        return model.getNDManager();
    }

    /**
     * Calls it.
     *
     * @param lists the method's first parameters, lists of arrays; an array is in one of them once
     * @param single its other parameters
     */
    void call(List<NDList> lists, NDArray... single) {
        NDList all = new NDList();
        for (int i = 0; i < lists.size(); i++) {
            // DJL makes a list of those arrays whose names are the same and end so.
            String name = "list" + i + "[]";
            lists.get(i).forEach(array -> array.setName(name));
            all.addAll(lists.get(i));
        }
        for (NDArray array : single) {
            array.setName(null);
            all.add(array);
        }
        try {
            model.getBlock().forward(store, all, false).close();
        } finally {
            lists.forEach(list -> list.forEach(array -> array.setName(null)));
        }
    }

    /** Calls it with one array, of which what comes out can be differentiated. */
    NDArray apply(NDArray array) {
        // PyTorch would specialise it by its first calls, which may want no gradients; so every call is computed the
        // same.
        JniUtils.setGraphExecutorOptimize(false);
        try {
            return model.getBlock().forward(store, new NDList(array), true).singletonOrThrow();
        } finally {
            JniUtils.setGraphExecutorOptimize(true);
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
