using System.Globalization;

namespace MuLambda.Catalog;

public static partial class CatalogValidation
{
    /// <summary>Validates a deployment, but for what only its policy knows.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(Deployment deployment)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        var check = new FieldChecks();
        check.Name("model", deployment.Model);
        if (deployment.Version is { } version)
        {
            check.Version("version", version);
        }

        check.Within("min", deployment.Min, 0, CatalogLimits.Replicas);
        check.Within("max", deployment.Max, 1, CatalogLimits.Replicas);
        if (deployment.Max < deployment.Min)
        {
            check.Fail("max", string.Create(CultureInfo.InvariantCulture, $"must not be below min, {deployment.Min}."));
        }

        check.Name("policy", deployment.Policy);
        check.Within("keepWarmSeconds", deployment.KeepWarmSeconds, 0, CatalogLimits.KeepWarmSeconds);
        check.OptionalName("node", deployment.Node);
        Check(check, "options", deployment.Options, CatalogLimits.DeploymentOptions);
        return check.Errors;
    }

    /// <summary>Validates a decision.</summary>
    /// <param name="model">The deployment that it must be on.</param>
    /// <param name="decision">The decision; its sequence is not looked at.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(string model, ScalingDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var check = new FieldChecks();
        if (decision.Model != model)
        {
            check.Fail("model", $"must be the model in the path, '{model}'.");
        }

        check.NotNegative("ready", decision.Ready);
        check.NotNegative("starting", decision.Starting);
        check.Within("desired", decision.Desired, 0, CatalogLimits.Replicas);
        check.Name("policy", decision.Policy);
        check.Text("reason", decision.Reason, CatalogLimits.TextLength);
        if (string.IsNullOrWhiteSpace(decision.Reason))
        {
            check.Fail("reason", "must say why.");
        }

        Check(check, "inputs", decision.Inputs, CatalogLimits.DecisionInputs);
        return check.Errors;
    }

    /// <summary>Validates a leadership that is wished for.</summary>
    /// <param name="leadership">The leadership; its token is not looked at.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(Leadership leadership)
    {
        ArgumentNullException.ThrowIfNull(leadership);
        var check = new FieldChecks();
        check.Name("name", leadership.Name);
        check.Name("holder", leadership.Holder);
        check.Lease("leaseSeconds", leadership.LeaseSeconds);
        return check.Errors;
    }

    private static void Check(FieldChecks check, ExecutorLaunch launch)
    {
        check.Count("launch.deployments", launch.Deployments.Count, CatalogLimits.ModelsPerExecutor);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, deployment) in launch.Deployments.Take(CatalogLimits.ModelsPerExecutor).Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"launch.deployments[{index}]");
            check.Name(path, deployment);
            if (deployment is not null && !seen.Add(deployment))
            {
                check.Fail(path, $"names {deployment} a second time.");
            }
        }

        check.Count("launch.steps", launch.Steps.Count, CatalogLimits.LaunchSteps);
        foreach (var (index, step) in launch.Steps.Take(CatalogLimits.LaunchSteps).Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"launch.steps[{index}]");
            if (step is null)
            {
                check.Fail(path, "is null; it must be a phase and its time.");
                continue;
            }

            if (!Enum.IsDefined(step.Phase))
            {
                check.Fail(path + ".phase", "must be pending, downloading, loading, warming or ready.");
            }

            check.NotNegative(path + ".atMs", step.AtMs);
        }

        if (launch.Attempt < 1)
        {
            check.Fail("launch.attempt", "must be at least 1.");
        }
    }

    /// <summary>Figures by name: not too many, with names that can be shown.</summary>
    private static void Check(FieldChecks check, string path, IReadOnlyDictionary<string, double>? figures, int limit)
    {
        if (figures is null)
        {
            return;
        }

        check.Count(path, figures.Count, limit);
        foreach (var (name, value) in figures.Take(limit))
        {
            if (name.Length is 0 or > CatalogLimits.NameLength || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            {
                check.Fail(path, $"has a name that is not 1 to {CatalogLimits.NameLength} letters, digits, hyphens, underscores and dots.");
            }
            else if (!double.IsFinite(value))
            {
                check.Fail($"{path}.{name}", "must be finite.");
            }
        }
    }
}
