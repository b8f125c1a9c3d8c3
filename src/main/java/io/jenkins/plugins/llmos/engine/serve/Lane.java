package io.jenkins.plugins.llmos.engine.serve;

import com.google.gson.JsonObject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One loaded model with the thread that computes with it. */
interface Lane extends AutoCloseable {
    /** Path of the requests that it answers, such as {@code /v1/predict}. */
    String path();

    /** What it takes, for {@code /v1/model}. */
    Map<String, Object> describe();

    /**
     * Takes a request in. The answer comes when its batch has been computed; cancelling it gives it up.
     *
     * @return null if the lane is closing and takes no more
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if the request is wrong
     */
    CompletableFuture<Map<String, Object>> submit(JsonObject request);

    /** Computes what was taken in, then lets the model go. Returns at once. */
    @Override
    void close();
}
