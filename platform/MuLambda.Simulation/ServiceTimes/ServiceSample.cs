namespace MuLambda.Simulation;

/// <summary>A measured prediction.</summary>
/// <param name="Items">The examples it carried, at least 1.</param>
/// <param name="Concurrency">The requests that were kept in the executor at that time, this one included, at least 1.</param>
/// <param name="Ms">What it took in the executor, waiting included, in milliseconds, above 0.</param>
public readonly record struct ServiceSample(int Items, int Concurrency, double Ms);
