package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A model of who meets what: users and items, learners and exercises. Rows (batch, {@code width}) hold a one for the user and
 * a one for the item, or none for one that is not known; the answer is one number (batch, 1), or as logits (batch, 2) of which
 * the first is zero, so that their softmax is the logistic function of the second.
 */
abstract class Pairs extends AbstractBlock {
    private static final byte VERSION = 1;

    /** Where the users or the items stand in a row. */
    record Place(int from, int to) {
        private NDArray of(NDArray rows) {
            return rows.get(new NDIndex(":, {}:{}", from, to));
        }

        private int width() {
            return to - from;
        }
    }

    private final Place users;
    private final Place items;
    private final boolean logits;
    /** Of a user, and of an item: (batch, one) to (batch, vector). */
    private final Dense ofUser;

    private final Dense ofItem;

    @SuppressWarnings("this-escape")
    Pairs(Place users, Place items, boolean logits, Dense ofUser, Dense ofItem) {
        super(VERSION);
        this.users = users;
        this.items = items;
        this.logits = logits;
        this.ofUser = addChildBlock("user", ofUser);
        this.ofItem = addChildBlock("item", ofItem);
    }

    /**
     * What a user makes of an item.
     *
     * @param user (batch, vector)
     * @param item (batch, vector)
     * @param rows (batch, width)
     * @return (batch, 1)
     */
    abstract NDArray meet(ParameterStore parameters, NDArray user, NDArray item, NDArray rows, boolean training);

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray rows = inputs.singletonOrThrow();
        NDArray user =
                ofUser.forward(parameters, new NDList(users.of(rows)), training).singletonOrThrow();
        NDArray item =
                ofItem.forward(parameters, new NDList(items.of(rows)), training).singletonOrThrow();
        NDArray met = meet(parameters, user, item, rows, training);
        return new NDList(logits ? met.zerosLike().concat(met, 1) : met);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), logits ? 2 : 1)};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        ofUser.initialize(manager, dataType, new Shape(1, users.width()));
        ofItem.initialize(manager, dataType, new Shape(1, items.width()));
    }
}
