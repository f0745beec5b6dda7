using System.Globalization;
using System.Numerics;

namespace MuLambda.Simulation;

/// <summary>Whether a cluster can be simulated.</summary>
internal static class ClusterSpecValidation
{
    // Every node measures every client; beyond this the rest must be predicted.
    private const long MaxProbedPairs = 10_000_000;

    public static void Validate(ClusterSpec spec)
    {
        NotEmpty(spec.Nodes, "nodes");
        NotEmpty(spec.Models, "models");
        NotEmpty(spec.Executors, "executors");
        NotEmpty(spec.Clients, "clients");
        NotEmpty(spec.Selectors, "selectors");
        Distinct(spec.Nodes, n => n.Id, "nodes", "id");
        Distinct(spec.Models, m => m.Name, "models", "name");
        Distinct(spec.Executors, e => e.Id, "executors", "id");
        Distinct(spec.Clients, c => c.Id, "clients", "id");
        Each(spec.Nodes, "nodes", (node, field) =>
        {
            Require(node.DelayMs, 0, $"{field}.delayMs");
            Require(node.JitterMs, 0, $"{field}.jitterMs");
        });
        Each(spec.Models, "models", (model, field) => Check(
            model.Accuracy is >= 0 and <= 1, $"{field}.accuracy", $"is {Text(model.Accuracy)}; it must be from 0 to 1"));
        Each(spec.Executors, "executors", (executor, field) =>
        {
            Index(executor.Node, spec.Nodes.Count, $"{field}.node");
            Index(executor.Model, spec.Models.Count, $"{field}.model");
        });
        Each(spec.Selectors, "selectors", (selector, field) =>
        {
            Require(selector.DelayMs, 0, $"{field}.delayMs");
            Require(selector.FeedDelayMs, 0, $"{field}.feedDelayMs");
            Require(selector.MaxAttempts, 1, $"{field}.maxAttempts");
        });
        Each(spec.Clients, "clients", (client, field) => Validate(client, field, spec));
        if (spec.Probes.Enabled)
        {
            Above(spec.Probes.IntervalMs, "probes.intervalMs");
            Above(spec.Probes.TimeoutMs, "probes.timeoutMs");
            Require(spec.Probes.Window, 1, "probes.window");
            Require(spec.Probes.ReportEveryMs, 0, "probes.reportEveryMs");
            var pairs = (long)spec.Nodes.Count * spec.Clients.Count;
            Check(
                pairs <= MaxProbedPairs, "probes",
                $"would measure {Text(pairs)} pairs of nodes and clients; {Text(MaxProbedPairs)} at most can be probed");
        }

        Each(spec.Faults, "faults", (fault, field) => Validate(fault, field, spec));
        Require(spec.LoadReports.IntervalMs, 0, "loadReports.intervalMs");
        if (spec.EndMs is { } endMs)
        {
            Above(endMs, "endMs");
        }
    }

    private static void Validate(ClientSpec client, string field, ClusterSpec spec)
    {
        Require(client.StartMs, 0, $"{field}.startMs");
        if (client.Items.Problem() is { } problem)
        {
            throw new ClusterSpecException($"{field}.items", problem + ".");
        }

        if (client.TimeoutMs is { } timeoutMs)
        {
            Above(timeoutMs, $"{field}.timeoutMs");
        }

        if (client.Selector is { } selector)
        {
            Index(selector, spec.Selectors.Count, $"{field}.selector");
        }

        if (client.Load is OpenLoop open)
        {
            Require(open.Requests ?? 1, 1, $"{field}.load.requests");
            Require(open.MaxInFlight, 1, $"{field}.load.maxInFlight");
            Check(
                open.Requests is not null || spec.EndMs is not null || open.Arrivals is TraceArrivals, $"{field}.load.requests",
                "must be given, or endMs: the arrivals have no end");
        }

        if (client.Load is ClosedLoop loop)
        {
            Require(loop.Streams, 1, $"{field}.load.streams");
            Require(loop.RequestsPerStream, 1, $"{field}.load.requestsPerStream");
            Require(loop.ThinkMs, 0, $"{field}.load.thinkMs");
            Require(loop.FailurePauseMs, 0, $"{field}.load.failurePauseMs");
        }

        Each(client.Changes, $"{field}.changes", (change, at) =>
        {
            Check((change.AtFraction is null) != (change.AtMs is null), at, "must have one of atFraction and atMs");
            Check(change.AtFraction is null or (> 0 and < 1), $"{at}.atFraction", "must be above 0 and below 1");
            Check(
                change.AtFraction is null || client.Load is ClosedLoop, $"{at}.atFraction",
                "needs a closed loop, whose number of requests is known");
            Require(change.AtMs ?? 0, 0, $"{at}.atMs");
        });
    }

    private static void Validate(Fault fault, string field, ClusterSpec spec)
    {
        Require(fault.AtMs, 0, $"{field}.atMs");
        Check(
            fault.UntilMs is null || fault.UntilMs >= fault.AtMs, $"{field}.untilMs",
            $"is {Text(fault.UntilMs ?? 0)}; it must not be before {Text(fault.AtMs)}");
        if (fault is NodeCutOff or NodeDelayed)
        {
            Index(fault is NodeCutOff cut ? cut.Node : ((NodeDelayed)fault).Node, spec.Nodes.Count, $"{field}.node");
        }

        if (fault is ExecutorKilled or ExecutorHung or ExecutorSlowed)
        {
            var executor = fault switch
            {
                ExecutorKilled killed => killed.Executor,
                ExecutorHung hung => hung.Executor,
                _ => ((ExecutorSlowed)fault).Executor,
            };
            Index(executor, spec.Executors.Count, $"{field}.executor");
        }

        switch (fault)
        {
            case ExecutorSlowed slowed:
                Above(slowed.Factor, $"{field}.factor");
                break;
            case ExecutorKilled killed:
                Require(killed.NoticedAfterMs, 0, $"{field}.noticedAfterMs");
                break;
            case NodeDelayed delayed:
                Require(delayed.ExtraMs, 0, $"{field}.extraMs");
                break;
            case ExecutorHung or NodeCutOff:
                Each(spec.Clients, "clients", (client, at) => Check(
                    client.TimeoutMs is not null, $"{at}.timeoutMs", $"must be given: {field} leaves requests without an answer"));
                break;
        }
    }

    private static void Each<T>(IReadOnlyList<T> list, string name, Action<T, string> check)
    {
        for (var i = 0; i < list.Count; i++)
        {
            check(list[i], string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"));
        }
    }

    private static void Distinct<T>(IReadOnlyList<T> list, Func<T, string> id, string name, string member)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Each(list, name, (one, field) =>
        {
            Check(!string.IsNullOrEmpty(id(one)), $"{field}.{member}", "must not be empty");
            Check(seen.Add(id(one)), $"{field}.{member}", $"is '{id(one)}', as another's is");
        });
    }

    private static void NotEmpty<T>(IReadOnlyList<T> list, string name) => Check(list.Count > 0, name, "must not be empty");

    private static void Index(int index, int count, string field) =>
        Check(index >= 0 && index < count, field, $"is {Text(index)}; it must be from 0 to {Text(count - 1)}");

    private static void Require<T>(T value, T least, string field)
        where T : INumber<T> =>
        Check(T.IsFinite(value) && value >= least, field, $"is {Text(value)}; it must be {Text(least)} at least");

    private static void Above(double value, string field) =>
        Check(double.IsFinite(value) && value > 0, field, $"is {Text(value)}; it must be above 0");

    private static void Check(bool holds, string field, string problem)
    {
        if (!holds)
        {
            throw new ClusterSpecException(field, problem + ".");
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
