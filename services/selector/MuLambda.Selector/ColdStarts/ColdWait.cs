using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>What an inference has of its waits for first replicas; empty before the first one.</summary>
internal readonly record struct ColdWait
{
    /// <summary>How long it waited so far; null where it did not.</summary>
    public TimeSpan? Waited { get; private init; }

    /// <summary>The model that is ready now, which it shall go to; null where it may go anywhere.</summary>
    public Model? Model { get; private init; }

    /// <summary>Its place among those that go there together; null where it goes alone.</summary>
    public GatheredRequest? Gathered { get; private init; }

    private ModelInputs? Inputs { get; init; }

    private Model? InputsFor { get; init; }

    /// <summary>Waits for a model. Its inputs are made before, so that what the model does not allow is refused at once, and all is ready when it is.</summary>
    /// <exception cref="RequestException">The inputs are not the model's, the queue is full, or the request's time is over.</exception>
    public async Task<ColdWait> WaitAsync(
        ColdStartQueues queues,
        ColdCandidate cold,
        bool mayGoElsewhere,
        InferenceInput input,
        string client,
        int priority,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        Gathered?.Leave();
        var inputs = input.For(cold.Model);
        var bytes = 0L;
        foreach (var tensor in inputs.Tensors.Values)
        {
            bytes += tensor.CalculateSize();
        }

        var began = time.GetTimestamp();
        var gathered = await queues.WaitAsync(cold, new ColdStartTerms(client, priority, patience, bytes, mayGoElsewhere), cancellationToken);
        return new ColdWait
        {
            Waited = (Waited ?? TimeSpan.Zero) + time.GetElapsedTime(began),
            Model = gathered is null ? null : cold.Model,
            Gathered = gathered,
            Inputs = inputs,
            InputsFor = cold.Model,
        };
    }

    /// <summary>The same for a request that may go anywhere after all.</summary>
    public ColdWait ForAny() => this with { Model = null };

    /// <summary>The inputs, where they were made for this model version.</summary>
    public ModelInputs? InputsOf(Model model) =>
        InputsFor is { } known && known.Version == model.Version && known.Name == model.Name ? Inputs : null;
}
