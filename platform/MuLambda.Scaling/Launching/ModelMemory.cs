namespace MuLambda.Scaling;

/// <summary>How much memory a model takes in an executor, estimated from its size; executors estimate it the same way.</summary>
public static class ModelMemory
{
    private const long Session = 1 << 20;

    /// <summary>The runtime keeps the weights, mostly packed once more for its kernels, and some room to work.</summary>
    /// <param name="bytes">The unpacked size of the model in bytes.</param>
    /// <returns>The memory in bytes.</returns>
    public static long Estimate(long bytes) => (2 * bytes) + Session;
}
