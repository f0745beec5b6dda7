using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector.Tests.Requests;

/// <summary>A catalog of executors that serve one model each, a selector and a log, in time that passes when the test says so.</summary>
internal sealed class LoggedPlatform : IDisposable
{
    private readonly ModelSelector _selector;
    private readonly SelectionSnapshot _snapshot;

    /// <param name="executors">The executors; the model of each is expected to take a second.</param>
    /// <param name="requests">What the log remembers.</param>
    /// <param name="seconds">For how long.</param>
    public LoggedPlatform(string[] executors, int requests = 64, int seconds = 60)
    {
        var models = executors.Select(id => TestPlatform.DigitModel(id, 0.9, 1_000_000_000)).ToDictionary(m => m.Reference.ToString());
        _snapshot = new SelectionIndex(new QuarantineOptions(TimeSpan.FromHours(1), TimeSpan.FromHours(1))).Update(
            1,
            models,
            executors.ToDictionary(id => id, id => new Executor(id, "local", [new ModelReference(id, 1)], new ExecutorEndpoints("http://127.0.0.1:9"), ExecutorState.Ready)),
            new[] { "a", "b" }.ToDictionary(id => id, id => TestPlatform.Client(id, 1, 0)),
            new Dictionary<string, LatencyReport>(),
            new Dictionary<string, Node>());
        _selector = new ModelSelector(SelectionPolicies.Create("round-robin", 0), Time);
        Log = new RequestLog(
            Options.Create(new SelectorOptions { FeedbackRequests = requests, FeedbackSeconds = seconds }), Time);
    }

    public ManualTime Time { get; } = new();

    public RequestLog Log { get; }

    /// <summary>Selects for a client that sends the request itself.</summary>
    public (RequestId Id, string Executor) Select(string client = "a")
    {
        var assignment = Assign(client);
        var executor = assignment.Decision.Candidate.Executor.Id;
        return (Log.Hold(assignment, client), executor);
    }

    public Assignment Assign(string client = "a")
    {
        Log.ReleaseDue();
        return _selector.Select(Demand(client), 1) is { } assignment ? assignment : throw new InvalidOperationException("Nobody is left.");
    }

    public long InFlight(string executor) => _snapshot.Executors[executor].InFlight;

    public bool IsQuarantined(string executor) => _snapshot.Executors[executor].IsQuarantined;

    public long Observations(string executor) =>
        _selector.Survey(Demand("a"), 1).Single(p => p.Candidate.Executor.Id == executor).State.Observations;

    public double ServiceMs(string executor) =>
        _selector.Survey(Demand("a"), 1).Single(p => p.Candidate.Executor.Id == executor).State.Estimate.ServiceMs;

    public double Confidence(string executor) =>
        _selector.Survey(Demand("a"), 1).Single(p => p.Candidate.Executor.Id == executor).State.Confidence;

    public AccuracyEstimate Accuracy(string executor) =>
        _selector.Survey(Demand("a"), 1).Single(p => p.Candidate.Executor.Id == executor).Candidate.Track.Model.Accuracy.Current;

    public void Dispose() => Log.Dispose();

    private Demand Demand(string client) => _snapshot.TryGetDemand(client, out var demand) ? demand : throw new ArgumentException(client);
}
