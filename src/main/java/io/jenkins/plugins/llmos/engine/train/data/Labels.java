package io.jenkins.plugins.llmos.engine.train.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the class index of a label. */
final class Labels {
    private final List<String> names;
    private final Map<String, Integer> indices = new HashMap<>();

    /** @param names in the order of their indices */
    Labels(List<String> names) {
        this.names = names;
        for (int i = 0; i < names.size(); i++) {
            indices.put(names.get(i), i);
        }
    }

    List<String> names() {
        return names;
    }

    /**
     * The class index of a label; where labels are whole numbers, any way to write the number will do.
     *
     * @param label stripped
     * @return −1 for an unknown label
     */
    int index(String label) {
        Integer index = indices.get(label);
        if (index == null) {
            String whole = Values.whole(label);
            index = whole == null ? null : indices.get(whole);
        }
        return index == null ? -1 : index;
    }
}
