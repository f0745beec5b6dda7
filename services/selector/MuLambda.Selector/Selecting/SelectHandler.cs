using Microsoft.Extensions.Options;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Answers <c>POST /v1/select</c>. A plain request that has arrived is answered at once, without a task and with next to no
/// allocation; all others take the ordinary way.</summary>
internal sealed class SelectHandler(
    Selecting selecting, RequestLog requests, ConcurrencyGate gate, SelectorTelemetry telemetry, IOptions<SelectorOptions> options, TimeProvider time)
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

        return Endpoint.RunAsync(context, telemetry, time, Operation, _ => ReadAndAnswerAsync(context));
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

            Select(context, fragments, demand, items);
            telemetry.Ended(Operation, StatusCodes.Status200OK, time.GetElapsedTime(arrived));
            return Task.CompletedTask;
        }
        catch (RequestException problem)
        {
            return Endpoint.RunAsync(context, telemetry, time, Operation, _ => throw problem);
        }
    }

    private async Task ReadAndAnswerAsync(HttpContext context)
    {
        var explain = ExplainParameter.Read(context.Request.Query);
        using var place = gate.Enter();
        var body = await SelectReader.ReadAsync(context, _timeout);
        var snapshot = selecting.Snapshot;
        var demand = body.Criteria is { } criteria ? snapshot.DemandOf(criteria) : Selecting.DemandOf(snapshot, body.Client!);
        if (explain)
        {
            await ExplainAsync(context, snapshot, demand, body.Items);
        }
        else
        {
            Select(context, Fragments(snapshot), demand, body.Items);
        }
    }

    private async Task ExplainAsync(HttpContext context, SelectionSnapshot snapshot, Demand demand, int items)
    {
        // The figures are of the moment before: another request may come between, so that what counts is what the selection chose.
        var prospects = selecting.Survey(demand, items);
        if (selecting.TrySelect(demand, items, without: null) is not { } assignment)
        {
            throw selecting.NoCandidate(snapshot, demand, items, Explanations.Of(demand, selecting.Policy, prospects, chosen: null));
        }

        var decision = assignment.Decision;
        var id = requests.Hold(assignment, demand.Client);
        var body = DecisionBody.Of(decision, id.ToString()) with
        {
            Candidates = Explanations.Of(demand, selecting.Policy, prospects, decision.Candidate),
        };
        await context.Response.WriteAsJsonAsync(body, SelectorJson.Default.DecisionBody, cancellationToken: context.RequestAborted);
    }

    private void Select(HttpContext context, DecisionFragments fragments, Demand demand, int items)
    {
        if (selecting.TrySelect(demand, items, without: null) is not { } assignment)
        {
            throw selecting.NoCandidate(fragments.Snapshot, demand, items);
        }

        var decision = assignment.Decision;
        var id = requests.Hold(assignment, demand.Client);
        JsonAnswer.Write(context, DecisionWriter.Write(id, decision, fragments.Of(decision.Candidate)));
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
