namespace MuLambda.Inference;

/// <summary>A model in memory. Runs may overlap; a run that has begun ends well even when the model is disposed meanwhile.</summary>
public sealed class LoadedModel : IDisposable
{
    private readonly Dictionary<string, SignatureRunner> signatures;
    private int disposed;

    internal LoadedModel(ModelDescription description, IEnumerable<SignatureRunner> runners)
    {
        Description = description;
        signatures = runners.ToDictionary(r => r.Description.Name, StringComparer.Ordinal);
    }

    /// <summary>What runs the signatures, as the description orders them.</summary>
    internal IEnumerable<SignatureRunner> Runners => Description.Signatures.Select(signature => signatures[signature.Name]);

    /// <summary>What the model holds.</summary>
    public ModelDescription Description { get; }

    /// <summary>How long it took to read the files and to translate them; zero where that was done before.</summary>
    public TimeSpan Translation { get; internal set; }

    /// <summary>Runs one signature.</summary>
    /// <param name="signature">Its name; empty means <see cref="ModelFormats.DefaultSignature"/>.</param>
    /// <param name="inputs">A tensor for each input of the signature, none more. They stay the caller's.</param>
    /// <param name="outputFilter">The outputs to compute, in this order; all in the signature's order when null or empty.</param>
    /// <param name="cancellationToken">Stops the run between two operators.</param>
    /// <returns>The outputs; the caller disposes them.</returns>
    /// <exception cref="InferenceException">The request does not fit the signature, or the run failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public ModelOutputs Run(
        string signature,
        IReadOnlyDictionary<string, Tensor> inputs,
        IReadOnlyCollection<string>? outputFilter = null,
        CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        ArgumentNullException.ThrowIfNull(inputs);
        return Find(signature).Run(inputs, outputFilter, cancellationToken);
    }

    /// <summary>The description of a signature.</summary>
    /// <param name="signature">Its name; empty means <see cref="ModelFormats.DefaultSignature"/>.</param>
    /// <exception cref="InferenceException">There is none (<see cref="InferenceError.UnknownSignature"/>).</exception>
    public SignatureDescription Describe(string signature) => Find(signature).Description;

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            foreach (var runner in signatures.Values)
            {
                runner.Dispose();
            }
        }
    }

    private SignatureRunner Find(string? signature)
    {
        var name = string.IsNullOrEmpty(signature) ? ModelFormats.DefaultSignature : signature;
        return signatures.TryGetValue(name, out var runner)
            ? runner
            : throw new InferenceException(
                InferenceError.UnknownSignature,
                $"The model has no signature {name}; it has {string.Join(", ", Description.Signatures.Select(s => s.Name))}.",
                name);
    }
}
