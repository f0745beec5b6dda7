namespace MuLambda.Executor.Models;

/// <summary>How much memory a model takes, estimated from the size of its files before it is loaded.</summary>
internal static class MemoryEstimate
{
    private const long Session = 1024 * 1024;

    /// <summary>The runtime keeps its weights, mostly packed once more for its kernels, and some room to work.</summary>
    /// <param name="fileBytes">The size of the model's files.</param>
    public static long Of(long fileBytes) => (2 * fileBytes) + Session;
}
