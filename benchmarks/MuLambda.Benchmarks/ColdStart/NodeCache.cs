namespace MuLambda.Benchmarks.ColdStart;

/// <summary>The caches that nodes have of a model, made from one that is complete.</summary>
internal static class NodeCache
{
    private const string Prepared = ".prepared";

    /// <summary>Makes a cache of its own for one start.</summary>
    /// <param name="complete">A directory that an executor has filled.</param>
    /// <param name="target">The new directory.</param>
    /// <param name="cached">What it has of the model.</param>
    public static void Create(string complete, string target, CachedModel cached)
    {
        Directory.CreateDirectory(target);
        if (cached == CachedModel.Nothing)
        {
            return;
        }

        var prepared = 0;
        foreach (var file in Directory.EnumerateFiles(complete, "*", SearchOption.AllDirectories))
        {
            var isPrepared = Path.GetExtension(file) == Prepared;
            prepared += isPrepared ? 1 : 0;
            if (!isPrepared || cached == CachedModel.Translated)
            {
                var copy = Path.Combine(target, Path.GetRelativePath(complete, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        if (prepared == 0)
        {
            throw new InvalidOperationException($"{complete} holds no translated model.");
        }
    }
}
