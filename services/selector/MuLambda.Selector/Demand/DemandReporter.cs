using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Scaling;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Puts together what the selector knows of the demand: what the ledger counted, who waits, and what batches take.</summary>
internal sealed class DemandReporter(
    DemandLedger ledger, ExecutorQueues queues, ColdStartQueues coldStarts, CatalogFollower catalog, IOptions<SelectorOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly string _selector = options.Value.Id;
    private readonly double _msPerTick = 1000.0 / time.TimestampFrequency;

    /// <summary>The demand as it is now.</summary>
    public DemandReport Report()
    {
        // Readers of the counters have to be alone.
        lock (_gate)
        {
            ledger.Keep(catalog.Snapshot ?? SelectionSnapshot.Empty);
            var waiting = queues.Waiting.GroupBy(queue => queue.Model, queue => queue.Requests).ToDictionary(group => group.Key, group => group.Sum());
            var cold = coldStarts.Waiting.ToDictionary(queue => queue.Model, queue => queue.Requests);
            var curves = Curves();
            var ticks = ledger.NowTicks;
            var elapsed = TimeSpan.FromMilliseconds(ticks * _msPerTick);
            var replicasMs = ledger.Replicas.GroupBy(replica => replica.Model).ToDictionary(
                group => group.Key, group => group.Sum(replica => replica.Read(ticks) * _msPerTick));
            var models = new List<ModelDemand>();
            foreach (var model in ledger.Models)
            {
                model.Service = curves.GetValueOrDefault(model.Reference) ?? model.Service;
                models.Add(model.Read(
                    elapsed, ticks, _msPerTick, waiting.GetValueOrDefault(model.Reference), cold.GetValueOrDefault(model.Reference),
                    replicasMs.GetValueOrDefault(model)));
            }

            return new DemandReport(_selector, ledger.Epoch, elapsed.TotalMilliseconds, models);
        }
    }

    // Of each model's queues the one that has seen most: they learned the same thing from the same executors' answers.
    private Dictionary<ModelReference, ServiceCurve> Curves()
    {
        var curves = new Dictionary<ModelReference, ServiceCurve>();
        foreach (var (model, curve) in queues.Curves)
        {
            if (!curves.TryGetValue(model, out var known) || known.Observations < curve.Observations)
            {
                curves[model] = curve;
            }
        }

        return curves;
    }
}
