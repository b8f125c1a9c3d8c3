package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.model.Item;
import hudson.security.Permission;
import hudson.security.PermissionGroup;
import hudson.security.PermissionScope;
import io.jenkins.plugins.llmos.engine.privacy.access.Right;
import jenkins.model.Jenkins;
import org.jvnet.localizer.Localizable;
import org.jvnet.localizer.ResourceBundleHolder;

/** The engine's rights as Jenkins' permissions, in the group LLMOS of the authorization matrix. */
public final class LlmosPermissions {
    private static final PermissionGroup GROUP =
            new PermissionGroup("LLMOS", LlmosPermissions.class, text("LlmosPermissions.title"));
    private static final PermissionScope[] ANYWHERE = {PermissionScope.JENKINS, PermissionScope.ITEM};

    /** To train; who may build may train unless it is taken from them. */
    public static final Permission TRAIN = permission(Right.TRAIN, Item.BUILD, ANYWHERE);

    /** To use models; who may build may use them. */
    public static final Permission USE_MODEL = permission(Right.USE_MODEL, Item.BUILD, ANYWHERE);

    /** To use what is restricted: granted by name alone. */
    public static final Permission USE_RESTRICTED = permission(Right.USE_RESTRICTED, Jenkins.ADMINISTER, ANYWHERE);

    /** To move stages, which jobs share: granted by name alone. */
    public static final Permission DEPLOY = permission(Right.DEPLOY, Jenkins.ADMINISTER, ANYWHERE);

    /** To set budgets: granted by name alone. */
    public static final Permission MANAGE_BUDGETS =
            permission(Right.MANAGE_BUDGETS, Jenkins.ADMINISTER, new PermissionScope[] {PermissionScope.JENKINS});

    private LlmosPermissions() {}

    private static Permission permission(Right right, Permission impliedBy, PermissionScope[] scopes) {
        return new Permission(GROUP, right.text(), text("LlmosPermissions." + right.text()), impliedBy, true, scopes);
    }

    private static Localizable text(String key) {
        return new Localizable(ResourceBundleHolder.get(LlmosPermissions.class), key);
    }

    /** The permission that stands for a right. */
    public static Permission of(Right right) {
        return switch (right) {
            case TRAIN -> TRAIN;
            case USE_MODEL -> USE_MODEL;
            case USE_RESTRICTED -> USE_RESTRICTED;
            case DEPLOY -> DEPLOY;
            case MANAGE_BUDGETS -> MANAGE_BUDGETS;
        };
    }
}
