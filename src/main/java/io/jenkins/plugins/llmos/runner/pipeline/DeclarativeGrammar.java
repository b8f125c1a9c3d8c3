package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.util.Suggestions;
import io.jenkins.plugins.llmos.runner.pipeline.DeclarativeBlock.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.NamedArgumentListExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.EmptyStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.codehaus.groovy.syntax.SyntaxException;

/**
 * Checks the structure of a Declarative Pipeline before anything of it runs, as Jenkins does, and rewrites its directives
 * for {@link Directives}. What may stand where is in {@link DeclarativeBlock}.
 */
final class DeclarativeGrammar {
    private final SourceUnit source;
    private final Set<String> callable;

    /** @param callable names that may be called in {@code steps}: steps, and what the script defines itself */
    DeclarativeGrammar(SourceUnit source, Set<String> callable) {
        this.source = source;
        this.callable = callable;
    }

    void prepare(MethodCallExpression pipeline) {
        ClosureExpression body = lastClosure(pipeline);
        if (body == null || arguments(pipeline).size() != 1) {
            error(pipeline, "pipeline is followed by one block: pipeline { … }");
            return;
        }
        block(pipeline, "pipeline", body, DeclarativeBlock.PIPELINE);
    }

    private void block(ASTNode at, String name, ClosureExpression closure, DeclarativeBlock kind) {
        switch (kind) {
            case FREE -> {}
            case STEPS -> steps(at, name, closure, true);
            case ENVIRONMENT -> environment(closure);
            default -> directives(at, name, closure, kind);
        }
    }

    private void directives(ASTNode at, String name, ClosureExpression closure, DeclarativeBlock kind) {
        Map<String, ASTNode> seen = new LinkedHashMap<>();
        for (Statement s : statements(closure)) {
            if (!(expression(s) instanceof MethodCallExpression call)
                    || !call.isImplicitThis()
                    || call.getMethodAsString() == null) {
                error(s, "expected a directive in " + name + "; it may have " + kind.listed() + ".");
                continue;
            }
            String directive = call.getMethodAsString();
            Rule rule = kind.rule(directive);
            if (rule == null) {
                error(call, unknown(name, directive, kind));
                continue;
            }
            if (rule.refusal() != null) {
                error(call, directive + " " + rule.refusal());
                continue;
            }
            if (!kind.repeats() && seen.containsKey(directive)) {
                error(call, name + " has more than one " + directive + "; one is allowed.");
            }
            seen.put(directive, call);
            directive(call, directive, rule);
        }
        for (String problem : kind.missing(name, seen.keySet())) {
            error(at, problem);
        }
        if (kind == DeclarativeBlock.PARALLEL || kind == DeclarativeBlock.STAGES) {
            distinctStages(closure);
        }
    }

    private static String unknown(String block, String directive, DeclarativeBlock kind) {
        List<String> near = Suggestions.nearest(directive, kind.names(), 3);
        return "unknown directive '" + directive + "' in " + block + ". "
                + (near.isEmpty()
                        ? "It may have " + kind.listed() + "."
                        : "Did you mean '" + String.join("' or '", near) + "'?");
    }

    private void directive(MethodCallExpression call, String name, Rule rule) {
        List<Expression> arguments = arguments(call);
        ClosureExpression body = lastClosure(call);
        boolean stage = name.equals("stage");
        if (stage && (body == null || arguments.size() != 2)) {
            error(call, "stage needs a name and a block: stage('Build') { … }");
        } else if (!stage && rule.blockOnly() && (body == null || arguments.size() != 1)) {
            error(call, name + " is followed by one block: " + name + " { … }");
        } else if (body != null && rule.inner() != null) {
            block(call, name, body, rule.inner());
        } else if (name.equals("agent")
                && !(arguments.size() == 1 && List.of("any", "none").contains(word(arguments.get(0))))) {
            error(call, "agent is any, none or a block such as { label 'linux' }.");
        }
        List<Expression> rewritten = new ArrayList<>();
        rewritten.add(new ConstantExpression(call.getLineNumber()));
        rewritten.add(new ConstantExpression(name));
        for (Expression a : rule.reportedOnly() ? List.<Expression>of() : arguments) {
            // Words such as any and none are values in a directive, not variables.
            rewritten.add(name.equals("agent") && a instanceof VariableExpression v ? literal(v) : a);
        }
        VariableExpression delegate = new VariableExpression("delegate");
        delegate.setSourcePosition(call);
        call.setObjectExpression(delegate);
        call.setImplicitThis(false);
        ConstantExpression method = new ConstantExpression("directive");
        method.setSourcePosition(call);
        call.setMethod(method);
        call.setArguments(new ArgumentListExpression(rewritten));
    }

    private static ConstantExpression literal(VariableExpression word) {
        ConstantExpression constant = new ConstantExpression(word.getName());
        constant.setSourcePosition(word);
        return constant;
    }

    private static String word(Expression e) {
        return e instanceof VariableExpression v ? v.getName() : null;
    }

    private void distinctStages(ClosureExpression closure) {
        Set<Object> names = new HashSet<>();
        for (Statement s : statements(closure)) {
            if (expression(s) instanceof MethodCallExpression call
                    && call.getArguments() instanceof ArgumentListExpression a
                    && a.getExpressions().size() == 4
                    && a.getExpression(2) instanceof ConstantExpression c
                    && !names.add(c.getValue())) {
                error(call, "two stages are called '" + c.getValue() + "'; give each a name of its own.");
            }
        }
    }

    private void environment(ClosureExpression closure) {
        List<Statement> statements = statements(closure);
        for (int i = 0; i < statements.size(); i++) {
            Statement s = statements.get(i);
            String name = expression(s) instanceof BinaryExpression b
                            && "=".equals(b.getOperation().getText())
                    ? variable(b.getLeftExpression())
                    : null;
            if (name == null) {
                error(s, "environment holds assignments such as NAME = 'value'.");
                continue;
            }
            // The value becomes a closure, to be evaluated when the stage starts.
            BinaryExpression assignment = (BinaryExpression) expression(s);
            BlockStatement code = new BlockStatement();
            ExpressionStatement value = new ExpressionStatement(assignment.getRightExpression());
            value.setSourcePosition(assignment);
            code.addStatement(value);
            ClosureExpression later = new ClosureExpression(null, code);
            later.setSourcePosition(assignment);
            MethodCallExpression call = new MethodCallExpression(
                    new VariableExpression("delegate"),
                    new ConstantExpression("directive"),
                    new ArgumentListExpression(List.of(
                            new ConstantExpression(assignment.getLineNumber()), new ConstantExpression(name), later)));
            call.setSourcePosition(assignment);
            ((ExpressionStatement) s).setExpression(call);
        }
    }

    private static String variable(Expression e) {
        if (e instanceof VariableExpression v) {
            return v.getName();
        }
        return e instanceof PropertyExpression p
                        && "env".equals(p.getObjectExpression().getText())
                ? p.getPropertyAsString()
                : null;
    }

    private void steps(ASTNode at, String name, ClosureExpression closure, boolean required) {
        List<Statement> statements = statements(closure);
        if (required && statements.isEmpty()) {
            error(at, name + " has no steps.");
        }
        for (Statement s : statements) {
            if (!(expression(s) instanceof MethodCallExpression call)) {
                error(s, "expected a step. Groovy code such as if, def and assignments goes in a script { … } block.");
                continue;
            }
            if (!call.isImplicitThis() || call.getMethodAsString() == null) {
                error(call, "calls on objects, such as " + shorten(call) + ", go in a script { … } block.");
                continue;
            }
            String step = call.getMethodAsString();
            if (step.equals("script")) {
                continue;
            }
            if (!callable.contains(step)) {
                error(call, StepRegistry.unknown(step, callable));
                continue;
            }
            ClosureExpression body = lastClosure(call);
            if (body != null) {
                steps(call, step, body, false);
            }
        }
    }

    private static String shorten(MethodCallExpression call) {
        String text = call.getObjectExpression().getText() + "." + call.getMethodAsString() + "(…)";
        return text.length() > 60 ? "." + call.getMethodAsString() + "(…)" : text;
    }

    private static List<Statement> statements(ClosureExpression closure) {
        List<Statement> all =
                closure.getCode() instanceof BlockStatement b ? b.getStatements() : List.of(closure.getCode());
        return all.stream().filter(s -> !(s instanceof EmptyStatement)).toList();
    }

    private static Expression expression(Statement s) {
        return s instanceof ExpressionStatement e ? e.getExpression() : null;
    }

    private static List<Expression> arguments(MethodCallExpression call) {
        if (!(call.getArguments() instanceof TupleExpression tuple)) {
            return List.of(call.getArguments());
        }
        List<Expression> arguments = new ArrayList<>();
        for (Expression e : tuple.getExpressions()) {
            if (e instanceof NamedArgumentListExpression named) {
                MapExpression map = new MapExpression(named.getMapEntryExpressions());
                map.setSourcePosition(named);
                arguments.add(map);
            } else {
                arguments.add(e);
            }
        }
        return arguments;
    }

    private static ClosureExpression lastClosure(MethodCallExpression call) {
        List<Expression> arguments = arguments(call);
        return !arguments.isEmpty() && arguments.get(arguments.size() - 1) instanceof ClosureExpression c ? c : null;
    }

    private void error(ASTNode at, String message) {
        source.getErrorCollector()
                .addErrorAndContinue(new SyntaxErrorMessage(
                        new SyntaxException(message, at.getLineNumber(), at.getColumnNumber()), source));
    }
}
