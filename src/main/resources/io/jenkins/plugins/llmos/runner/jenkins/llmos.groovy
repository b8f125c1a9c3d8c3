// Written by 'llmos jenkins' and run whenever this Jenkins starts: its devices, and the Jenkinsfiles as jobs.
import hudson.model.Node
import jenkins.model.GlobalConfiguration
import jenkins.model.Jenkins
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition
import org.jenkinsci.plugins.workflow.job.WorkflowJob

def jenkins = Jenkins.get()
def folder = System.getProperty('io.jenkins.plugins.llmos.demo')
int devices = Integer.getInteger('io.jenkins.plugins.llmos.demoDevices', 2)
jenkins.numExecutors = devices + 1
jenkins.mode = Node.Mode.NORMAL

def classes = jenkins.pluginManager.uberClassLoader
def make = { name, settings ->
    def made = classes.loadClass("io.jenkins.plugins.llmos.plugin.$name").getDeclaredConstructor().newInstance()
    settings.each { key, value -> made."$key" = value }
    made
}
if (!jenkins.nodeProperties.any { it.class.simpleName == 'DevicesProperty' }) {
    jenkins.nodeProperties.add(make('agents.DevicesProperty', [declared: [make('agents.DeclaredDevices', [count: devices])]]))
}
def configuration = GlobalConfiguration.all().find { it.class.simpleName == 'LlmosConfiguration' }
if (configuration.pools.empty) {
    configuration.pools = [make('schedule.Pool', [policy: 'srtf', preemptionCost: '5s', minimumRun: '5s'])]
}

def scm = classes.loadClass('io.jenkins.plugins.llmos.plugin.demo.DemoScm')
new File(folder, 'test-jenkinsfiles').listFiles().findAll { it.name.endsWith('.Jenkinsfile') }.sort().each { file ->
    def name = file.name - '.Jenkinsfile'
    if (jenkins.getItem(name) == null) {
        def job = jenkins.createProject(WorkflowJob, name)
        def definition = new CpsScmFlowDefinition(scm.getDeclaredConstructor().newInstance(), "test-jenkinsfiles/${file.name}")
        definition.lightweight = false
        job.definition = definition
        job.save()
    }
}
// The example Pipelines with private trainings need budgets, which an administrator grants.
def settings = jenkins.getExtensionList(classes.loadClass('io.jenkins.plugins.llmos.plugin.privacy.PrivacyConfiguration'))[0]
def budgetOf = classes.loadClass('io.jenkins.plugins.llmos.plugin.privacy.DataSetBudget')
def granted = settings.budgets*.dataSet
settings.budgets = ['digits': [4d, 1e-5d], 'breast-cancer': [9d, 0.003d]].findAll { !granted.contains(it.key) }.collect { name, most ->
    def budget = budgetOf.getDeclaredConstructor().newInstance()
    budget.dataSet = name
    budget.epsilon = most[0]
    budget.delta = most[1]
    budget
}
jenkins.save()
