using System.Globalization;

namespace MuLambda.Catalog;

/// <summary>Holds nouns against the limits of the wire contract. An empty list says that all is well.</summary>
public static partial class CatalogValidation
{
    /// <summary>Whether a text is an id, a node's name or a trait's value.</summary>
    /// <param name="name">The text.</param>
    /// <returns>True for 1 to 63 lower-case letters, digits and inner hyphens.</returns>
    public static bool IsName(string? name)
    {
        if (name is not { Length: > 0 and <= CatalogLimits.NameLength } || name[0] == '-' || name[^1] == '-')
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Validates what an uploader declares of a model.</summary>
    /// <param name="model">Name and version.</param>
    /// <param name="traits">The traits.</param>
    /// <param name="accuracy">The accuracy; its paths are the upload's parameters <c>metric</c>, <c>accuracy</c>, <c>dataset</c>.</param>
    /// <param name="description">The description.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(
        ModelReference model, Traits traits, Accuracy accuracy, string? description)
    {
        var check = new FieldChecks();
        check.Name("name", model.Name);
        check.Version("version", model.Version);
        Check(check, "", traits);
        check.Name("metric", accuracy.Metric);
        check.Fraction("accuracy", accuracy.Value);
        check.Text("dataset", accuracy.Dataset, CatalogLimits.DatasetLength);
        check.Text("description", description, CatalogLimits.TextLength);
        return check.Errors;
    }

    /// <summary>Validates an executor.</summary>
    /// <param name="executor">The executor.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(Executor executor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        var check = new FieldChecks();
        check.Name("id", executor.Id);
        check.Name("node", executor.Node);
        check.Count("models", executor.Models.Count, CatalogLimits.ModelsPerExecutor);
        var seen = new HashSet<ModelReference>();
        foreach (var (index, model) in executor.Models.Take(CatalogLimits.ModelsPerExecutor).Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"models[{index}]");
            if (model is null)
            {
                check.Fail(path, "is null; it must be a model's name and version.");
                continue;
            }

            check.Name(path + ".name", model.Name);
            check.Version(path + ".version", model.Version);
            if (!seen.Add(model))
            {
                check.Fail(path, $"names {model} a second time.");
            }
        }

        check.HttpUrl("endpoints.rest", executor.Endpoints.Rest);
        check.OptionalHttpUrl("endpoints.grpc", executor.Endpoints.Grpc);
        check.SocketPath("endpoints.socket", executor.Endpoints.Socket);
        Check(check, executor.State, executor.Load, executor.Reason);
        check.Lease("leaseSeconds", executor.LeaseSeconds);
        if (executor.Launch is { } launch)
        {
            Check(check, launch);
        }

        return check.Errors;
    }

    /// <summary>Validates an executor's heartbeat.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(ExecutorHeartbeat heartbeat)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        var check = new FieldChecks();
        Check(check, heartbeat.State, heartbeat.Load, heartbeat.Reason);
        return check.Errors;
    }

    /// <summary>Validates a client.</summary>
    /// <param name="client">The client.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(Client client)
    {
        ArgumentNullException.ThrowIfNull(client);
        var check = new FieldChecks();
        check.Name("id", client.Id);
        Check(check, "criteria.", client.Criteria);
        if (client.Slo is { } slo)
        {
            Check(check, "slo.", slo);
        }

        check.OptionalHttpUrl("probeEndpoint", client.ProbeEndpoint);
        check.OptionalName("node", client.Node);
        if (client.LeaseSeconds is { } lease)
        {
            check.Lease("leaseSeconds", lease);
        }

        return check.Errors;
    }

    /// <summary>Validates criteria.</summary>
    /// <param name="criteria">The criteria.</param>
    /// <param name="path">The JSON path of the criteria with the dot behind it; empty at the root.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(Criteria criteria, string path = "criteria.")
    {
        ArgumentNullException.ThrowIfNull(criteria);
        var check = new FieldChecks();
        Check(check, path, criteria);
        return check.Errors;
    }

    /// <summary>Validates a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var check = new FieldChecks();
        check.Name("id", node.Id);
        check.OptionalHttpUrl("probeEndpoint", node.ProbeEndpoint);
        if (node.Coordinate is { } coordinate)
        {
            check.Count("coordinate.position", coordinate.Position.Count, CatalogLimits.PositionDimensions);
            if (coordinate.Position.Count == 0)
            {
                check.Fail("coordinate.position", "must have at least one number.");
            }

            foreach (var (index, value) in coordinate.Position.Take(CatalogLimits.PositionDimensions).Index())
            {
                check.Within(
                    string.Create(CultureInfo.InvariantCulture, $"coordinate.position[{index}]"),
                    value, -CatalogLimits.CoordinateMs, CatalogLimits.CoordinateMs);
            }

            check.Within("coordinate.heightMs", coordinate.HeightMs, 0, CatalogLimits.CoordinateMs);
            check.Fraction("coordinate.error", coordinate.Error);
        }

        check.Lease("leaseSeconds", node.LeaseSeconds);
        return check.Errors;
    }

    /// <summary>Validates a selector.</summary>
    /// <param name="selector">The selector.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(SelectorReplica selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        var check = new FieldChecks();
        check.Name("id", selector.Id);
        check.OptionalName("node", selector.Node);
        check.Lease("leaseSeconds", selector.LeaseSeconds);
        check.OptionalHttpUrl("rest", selector.Rest);
        return check.Errors;
    }

    /// <summary>Validates the latency reports of a node.</summary>
    /// <param name="node">The node that every report must be of.</param>
    /// <param name="reports">The reports.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(string node, IReadOnlyList<LatencyReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var check = new FieldChecks();
        check.Name("node", node);
        check.Count("$", reports.Count, CatalogLimits.LatencyReports);
        foreach (var (index, report) in reports.Take(CatalogLimits.LatencyReports).Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"[{index}]");
            if (report is null)
            {
                check.Fail(path, "is null; it must be a latency report.");
                continue;
            }

            if (report.Node != node)
            {
                check.Fail(path + ".node", $"must be the node of the request, '{node}'.");
            }

            check.Name(path + ".client", report.Client);
            check.NotNegative(path + ".medianMs", report.MedianMs);
            check.NotNegative(path + ".tailMs", report.TailMs);
            if (report.TailMs < report.MedianMs)
            {
                check.Fail(path + ".tailMs", "must not be below medianMs.");
            }

            if (report.Samples < 1)
            {
                check.Fail(path + ".samples", "must be at least 1.");
            }
        }

        return check.Errors;
    }

    /// <summary>Validates the reports of a selector on objectives.</summary>
    /// <param name="selector">The selector that every report must be of.</param>
    /// <param name="reports">The reports.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<ValidationError> Validate(string selector, IReadOnlyList<SloReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var check = new FieldChecks();
        check.Name("selector", selector);
        check.Count("$", reports.Count, CatalogLimits.SloReports);
        foreach (var (index, report) in reports.Take(CatalogLimits.SloReports).Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"[{index}]");
            if (report is null)
            {
                check.Fail(path, "is null; it must be a report.");
                continue;
            }

            if (report.Selector != selector)
            {
                check.Fail(path + ".selector", $"must be the selector of the request, '{selector}'.");
            }

            check.Name(path + ".client", report.Client);
            Check(check, path + ".slo.", report.Slo);
            Check(check, path + ".window", report.Window);
            check.Count(path + ".alertWindows", report.AlertWindows.Count, CatalogLimits.SloAlerts);
            foreach (var (i, window) in report.AlertWindows.Take(CatalogLimits.SloAlerts).Index())
            {
                Check(check, string.Create(CultureInfo.InvariantCulture, $"{path}.alertWindows[{i}]"), window);
            }

            check.Count(path + ".alerts", report.Alerts.Count, CatalogLimits.SloAlerts);
            foreach (var (i, alert) in report.Alerts.Take(CatalogLimits.SloAlerts).Index())
            {
                Check(check, string.Create(CultureInfo.InvariantCulture, $"{path}.alerts[{i}]"), alert);
            }

            Check(check, path + ".latencies", report.Latencies);
        }

        return check.Errors;
    }

    private static void Check(FieldChecks check, string path, Slo slo)
    {
        check.Positive(path + "latencyMs", slo.LatencyMs);
        check.InnerFraction(path + "target", slo.Target);
        check.Within(path + "windowSeconds", slo.WindowSeconds, Slo.MinWindowSeconds, Slo.MaxWindowSeconds);
    }

    private static void Check(FieldChecks check, string path, SloWindow? window)
    {
        if (window is null)
        {
            check.Fail(path, "is null; it must be a window.");
            return;
        }

        check.Positive(path + ".seconds", window.Seconds);
        if (window.Good < 0 || window.Good > window.Total)
        {
            check.Fail(path + ".good", "must be from 0 to total.");
        }

        if (window.Total > CatalogLimits.MaxCount)
        {
            check.Fail(path + ".total", $"must be at most {CatalogLimits.MaxCount}.");
        }
    }

    private static void Check(FieldChecks check, string path, SloAlert? alert)
    {
        if (alert is null)
        {
            check.Fail(path, "is null; it must be an alert.");
            return;
        }

        check.Positive(path + ".longSeconds", alert.LongSeconds);
        check.Positive(path + ".shortSeconds", alert.ShortSeconds);
        check.Positive(path + ".burnRate", alert.BurnRate);
        check.NotNegative(path + ".minRequests", alert.MinRequests);
    }

    private static void Check(FieldChecks check, string path, LatencyCounts latencies)
    {
        if (latencies.First < 0 || latencies.Counts.Count > CatalogLimits.LatencyBuckets - latencies.First)
        {
            check.Fail(path, string.Create(
                CultureInfo.InvariantCulture, $"must lie within the {CatalogLimits.LatencyBuckets} buckets there are."));
        }
        else if (latencies.Counts.Any(static count => count is < 0 or > CatalogLimits.MaxCount))
        {
            check.Fail(path + ".counts", $"must all be from 0 to {CatalogLimits.MaxCount}.");
        }
    }

    private static void Check(FieldChecks check, ExecutorState state, ExecutorLoad? load, string? reason)
    {
        if (!Enum.IsDefined(state))
        {
            check.Fail("state", "must be pending, loading, ready, draining or failed.");
        }

        if (load is not null)
        {
            check.NotNegative("load.inFlight", load.InFlight);
            check.NotNegative("load.queued", load.Queued);
            check.NotNegative("load.serviceMs", load.ServiceMs ?? 0);
        }

        check.Text("reason", reason, CatalogLimits.TextLength);
    }

    private static void Check(FieldChecks check, string path, Criteria criteria)
    {
        Check(check, path + "required.", criteria.Required);
        check.NotNegative(path + "desired.latency", criteria.Desired.Latency);
        check.NotNegative(path + "desired.accuracy", criteria.Desired.Accuracy);
        if (criteria.Desired is { Latency: 0, Accuracy: 0 })
        {
            check.Fail(path + "desired", "must have at least one weight above 0.");
        }

        if (criteria.Bounds is { } bounds)
        {
            check.Positive(path + "bounds.maxLatencyMs", bounds.MaxLatencyMs ?? 1);
            check.Fraction(path + "bounds.minAccuracy", bounds.MinAccuracy ?? 0);
        }
    }

    private static void Check(FieldChecks check, string path, Traits traits)
    {
        check.Name(path + "task", traits.Task);
        check.Name(path + "input", traits.Input);
        check.Name(path + "output", traits.Output);
    }
}
