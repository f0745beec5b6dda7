namespace MuLambda.Simulation;

/// <summary>What the draws of a request's chance are used for; what the executor draws has a chance of its own.</summary>
internal static class RequestAspects
{
    public const int Feature = 0;
    public const int Items = 1;
    public const int Jitter = 2;
}
