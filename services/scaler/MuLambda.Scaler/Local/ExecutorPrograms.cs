namespace MuLambda.Scaler.Local;

/// <summary>Finds the executor's program where none is named.</summary>
internal static class ExecutorPrograms
{
    private const string Assembly = "MuLambda.Executor.dll";

    /// <summary>Its assembly beside this one, else in the repository, built as this one is; null where there is none.</summary>
    public static string? Find() => Find(AppContext.BaseDirectory);

    internal static string? Find(string directory)
    {
        string[] candidates =
        [
            Path.Combine(directory, Assembly),
            Path.Combine(
                directory.Replace(
                    Path.Combine("services", "scaler", "MuLambda.Scaler"),
                    Path.Combine("services", "executor", "MuLambda.Executor"),
                    StringComparison.Ordinal),
                Assembly),
        ];
        return candidates.FirstOrDefault(File.Exists);
    }
}
