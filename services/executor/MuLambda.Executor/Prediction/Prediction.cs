using MuLambda.Executor.Models;
using MuLambda.Inference;

namespace MuLambda.Executor.Prediction;

/// <summary>The outputs of a signature, in the runtime's own memory. Disposed once they are written; the version stays until then.</summary>
internal sealed class Prediction(ModelLease lease, string signature, ModelOutputs outputs, int requestsAhead) : IDisposable
{
    /// <summary>The model's name.</summary>
    public string Model { get; } = lease.Name;

    /// <summary>The version that answered.</summary>
    public long Version { get; } = lease.Version;

    /// <summary>The signature that ran.</summary>
    public string Signature => signature;

    /// <summary>The output tensors in the signature's order, or that of the filter.</summary>
    public ModelOutputs Outputs => outputs;

    /// <summary>The requests, of all models, that ran or waited when this one came.</summary>
    public int RequestsAhead => requestsAhead;

    public void Dispose()
    {
        outputs.Dispose();
        lease.Dispose();
    }
}
