namespace MuLambda.Scaling;

/// <summary>A decision that changed the number of replicas.</summary>
/// <param name="AtMs">When it was taken, in milliseconds.</param>
/// <param name="Before">The replicas decided on before.</param>
/// <param name="After">The replicas decided on.</param>
public readonly record struct ReplicaChange(double AtMs, int Before, int After);
