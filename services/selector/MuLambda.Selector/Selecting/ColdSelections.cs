using MuLambda.Catalog;

namespace MuLambda.Selector;

/// <summary>
/// Selects for clients that send their requests themselves where a model may have to start first: the answer waits until an executor is ready, as an
/// inference would. An answer at once, to come again later, would start nothing that stays until then, and have every client poll.
/// </summary>
internal sealed class ColdSelections(
    Selecting selecting, ColdStartQueues coldStarts, DemandLedger ledger, RequestLog requests, Deadlines deadlines, TimeProvider time)
{
    /// <summary>Selects, and waits where it has to.</summary>
    /// <param name="body">What is asked for.</param>
    /// <param name="arrived">When it was.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="priority">How important it is beside others that wait.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>The selection; null where nothing meets the criteria.</returns>
    /// <exception cref="RequestException">It is refused, or its time is over.</exception>
    public async Task<ColdSelection?> SelectAsync(
        SelectBody body, long arrived, RequestTimeout timeout, int priority, CancellationToken cancellationToken)
    {
        var slo = deadlines.SloOf(body.Client);
        var ticket = default(DemandTicket);
        TimeSpan? waited = null;
        Model? only = null;
        try
        {
            while (true)
            {
                // What is ready is answered at once, however late it is: the time is for what has to be waited for.
                var snapshot = selecting.Snapshot;
                var demand = Selecting.DemandOf(snapshot, body);
                var elapsed = time.GetElapsedTime(arrived);
                var left = timeout.WithColdStart - elapsed;
                var usual = timeout.Usual - elapsed;
                var choice = selecting.Choose(snapshot, demand, body.Items, null, usual, left, only, readyWithin: null);
                if (choice.Cold is { } cold)
                {
                    ledger.AssignCold(ref ticket, cold, body.Items, slo);
                    var patience = ColdStartTerms.PatienceOf(choice, choice.MayGoElsewhere ? usual : left);
                    var gathered = await coldStarts.WaitAsync(
                        cold, new ColdStartTerms(body.Client, priority, patience, 0, choice.MayGoElsewhere), cancellationToken);
                    gathered?.Leave();
                    (waited, only) = (time.GetElapsedTime(arrived) - elapsed + (waited ?? TimeSpan.Zero), gathered is null ? null : cold.Model);
                }
                else if (choice.Ready is { } assignment)
                {
                    var id = requests.Hold(assignment, body.Client, body.Items, ticket);
                    ticket = default;
                    return new ColdSelection(assignment.Decision, id, waited);
                }
                else if (only is null)
                {
                    return null;
                }
                else
                {
                    // What it waited for is there, but not for this request: any other will do.
                    only = null;
                }
            }
        }
        finally
        {
            // Empty where the request log has it now.
            ledger.End(ref ticket, DemandOutcome.Bad);
        }
    }
}
