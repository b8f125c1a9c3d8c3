package io.jenkins.plugins.llmos.runner.pipeline;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;

/**
 * Prepares a parsed Jenkinsfile: a {@code pipeline} block is checked and made ready by {@link DeclarativeGrammar}, and
 * calls of steps are bound to the script, where Groovy would otherwise look for them in every enclosing closure and find
 * its own {@code sleep} there.
 */
final class PipelineTransform extends CompilationCustomizer {
    private final List<String> steps;

    PipelineTransform(List<String> steps) {
        super(CompilePhase.CONVERSION);
        this.steps = steps;
    }

    @Override
    public void call(SourceUnit source, GeneratorContext context, ClassNode classNode) {
        ModuleNode module = source.getAST();
        if (!classNode.isScript() || module.getStatementBlock() == null) {
            return;
        }
        BlockStatement script = module.getStatementBlock();
        Names names = new Names();
        script.visit(names);
        for (MethodNode m : module.getMethods()) {
            names.found.add(m.getName());
            for (Parameter p : m.getParameters()) {
                names.found.add(p.getName());
            }
            m.getCode().visit(names);
        }
        Set<String> callable = new HashSet<>(names.found);
        callable.addAll(steps);

        DeclarativeGrammar grammar = new DeclarativeGrammar(source, callable);
        for (Statement s : script.getStatements()) {
            if (s instanceof ExpressionStatement e
                    && e.getExpression() instanceof MethodCallExpression call
                    && call.isImplicitThis()
                    && "pipeline".equals(call.getMethodAsString())) {
                grammar.prepare(call);
            }
        }

        Binder binder = new Binder(names.found);
        script.visit(binder);
        module.getMethods().forEach(m -> m.getCode().visit(binder));
    }

    /** Collects every name that the script gives to something of its own. */
    private static final class Names extends CodeVisitorSupport {
        private final Set<String> found = new HashSet<>();

        @Override
        public void visitDeclarationExpression(DeclarationExpression expression) {
            if (expression.isMultipleAssignmentDeclaration()) {
                expression.getTupleExpression().getExpressions().forEach(e -> found.add(e.getText()));
            } else {
                found.add(expression.getVariableExpression().getName());
            }
            super.visitDeclarationExpression(expression);
        }

        @Override
        public void visitBinaryExpression(BinaryExpression expression) {
            if (expression.getLeftExpression() instanceof VariableExpression v
                    && "=".equals(expression.getOperation().getText())) {
                found.add(v.getName());
            }
            super.visitBinaryExpression(expression);
        }

        @Override
        public void visitClosureExpression(ClosureExpression expression) {
            if (expression.getParameters() != null) {
                for (Parameter p : expression.getParameters()) {
                    found.add(p.getName());
                }
            }
            super.visitClosureExpression(expression);
        }
    }

    /** Turns {@code step(…)} into {@code this.step(…)}; in a script's closures {@code this} is the script. */
    private final class Binder extends CodeVisitorSupport {
        private final Set<String> own;

        private Binder(Set<String> own) {
            this.own = own;
        }

        @Override
        public void visitMethodCallExpression(MethodCallExpression call) {
            String name = call.getMethodAsString();
            if (call.isImplicitThis() && name != null && steps.contains(name) && !own.contains(name)) {
                VariableExpression self = new VariableExpression("this");
                self.setSourcePosition(call);
                call.setObjectExpression(self);
                call.setImplicitThis(false);
            }
            super.visitMethodCallExpression(call);
        }
    }
}
