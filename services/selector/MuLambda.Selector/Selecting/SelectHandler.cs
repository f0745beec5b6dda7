using Microsoft.Extensions.Options;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Answers <c>POST /v1/select</c>. A plain request that has arrived is answered at once, without a task and with next to no
/// allocation; all others take the ordinary way.</summary>
internal sealed class SelectHandler(
    Selecting selecting,
    RequestLog requests,
    ColdSelections coldSelections,
    Deadlines deadlines,
    ConcurrencyGate gate,
    SelectorTelemetry telemetry,
    IOptions<SelectorOptions> options,
    TimeProvider time)
{
    private const string Operation = "select";

    private readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(options.Value.DefaultTimeoutMs);
    private DecisionFragments _fragments = new(SelectionSnapshot.Empty);

    public Task HandleAsync(HttpContext context)
    {
        var arrived = time.GetTimestamp();
        if (!context.Request.QueryString.HasValue && SelectReader.TryTake(context, out var body))
        {
            Span<char> client = stackalloc char[SelectReader.MaxClientLength];
            var isPlain = SelectReader.TryReadPlain(body.FirstSpan, client, out var length, out var items);
            context.Request.BodyReader.AdvanceTo(isPlain ? body.End : body.Start);
            if (isPlain)
            {
                return Answer(context, arrived, client[..length], items);
            }
        }

        return Endpoint.RunAsync(context, telemetry, time, Operation, began => ReadAndAnswerAsync(context, began));
    }

    private Task Answer(HttpContext context, long arrived, ReadOnlySpan<char> client, int items)
    {
        try
        {
            using var place = gate.Enter();
            var fragments = Fragments(selecting.Snapshot);
            if (!fragments.TryGetDemand(client, out var demand))
            {
                throw RequestException.UnknownClient(client.ToString());
            }

            if (TrySelect(context, fragments, demand, items))
            {
                telemetry.Ended(Operation, StatusCodes.Status200OK, time.GetElapsedTime(arrived));
                return Task.CompletedTask;
            }
        }
        catch (RequestException problem)
        {
            return Endpoint.RunAsync(context, telemetry, time, Operation, _ => throw problem);
        }

        return Wait(context, new SelectBody(client.ToString(), Items: items));
    }

    private Task Wait(HttpContext context, SelectBody body) =>
        Endpoint.RunAsync(context, telemetry, time, Operation, arrived => SelectAsync(context, arrived, body, explain: false));

    private async Task ReadAndAnswerAsync(HttpContext context, long arrived)
    {
        var explain = ExplainParameter.Read(context.Request.Query);
        SelectBody body;
        using (gate.Enter())
        {
            body = await SelectReader.ReadAsync(context, _timeout);
        }

        await SelectAsync(context, arrived, body, explain);
    }

    private async Task SelectAsync(HttpContext context, long arrived, SelectBody body, bool explain)
    {
        using var place = gate.Enter();
        var timeout = deadlines.Of(context.Request, body.Client);
        var snapshot = selecting.Snapshot;
        var demand = Selecting.DemandOf(snapshot, body);
        if (explain)
        {
            await ExplainAsync(context, arrived, body, timeout, snapshot, demand);
        }
        else if (!TrySelect(context, Fragments(snapshot), demand, body.Items))
        {
            var selected = await coldSelections.SelectAsync(body, arrived, timeout, priority: RequestPriority.Of(context.Request), context.RequestAborted)
                ?? throw selecting.NoCandidate(selecting.Snapshot, demand, body.Items);
            await WriteAsync(context, selected, candidates: null, cold: null);
        }
    }

    private async Task ExplainAsync(
        HttpContext context, long arrived, SelectBody body, RequestTimeout timeout, SelectionSnapshot snapshot, Demand demand)
    {
        // The figures are of the moment before: another request may come between, so that what counts is what the selection chose.
        var prospects = selecting.Survey(demand, body.Items);
        var cold = selecting.SurveyCold(snapshot, demand, body.Items, prospects, timeout);
        if (await coldSelections.SelectAsync(body, arrived, timeout, RequestPriority.Of(context.Request), context.RequestAborted) is not { } selected)
        {
            throw selecting.NoCandidate(snapshot, demand, body.Items, Explanations.Of(demand, selecting.Policy, prospects, chosen: null), cold);
        }

        var candidates = selected.Waited is null
            ? Explanations.Of(demand, selecting.Policy, prospects, selected.Decision.Candidate)
            : Explanations.Beside(Explanations.Of(demand, selecting.Policy, prospects), cold);
        await WriteAsync(context, selected, candidates, cold);
    }

    private static Task WriteAsync(
        HttpContext context, in ColdSelection selected, IReadOnlyList<CandidateBody>? candidates, IReadOnlyList<ColdCandidateBody>? cold)
    {
        DecisionHeaders.AddColdStart(context.Response.Headers, selected.Waited);
        var body = DecisionBody.Of(selected.Decision, selected.Id.ToString(), coldStart: selected.Waited) with { Candidates = candidates, Cold = cold };
        return context.Response.WriteAsJsonAsync(body, SelectorJson.Default.DecisionBody, cancellationToken: context.RequestAborted);
    }

    // False where nothing ready meets the criteria, or another model, which has to start first, may be worth the wait.
    private bool TrySelect(HttpContext context, DecisionFragments fragments, Demand demand, int items)
    {
        if (fragments.Snapshot.HasColdFor(demand) || selecting.TrySelect(demand, items, without: null) is not { } assignment)
        {
            return false;
        }

        var decision = assignment.Decision;
        var id = requests.Hold(assignment, demand.Client, items);
        JsonAnswer.Write(context, DecisionWriter.Write(id, decision, fragments.Of(decision.Candidate)));
        return true;
    }

    // Two snapshots at a time may take turns here for a moment; either is right.
    private DecisionFragments Fragments(SelectionSnapshot snapshot)
    {
        var fragments = Volatile.Read(ref _fragments);
        if (!ReferenceEquals(fragments.Snapshot, snapshot))
        {
            fragments = new DecisionFragments(snapshot);
            Volatile.Write(ref _fragments, fragments);
        }

        return fragments;
    }
}
