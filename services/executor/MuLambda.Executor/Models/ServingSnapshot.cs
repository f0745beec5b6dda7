namespace MuLambda.Executor.Models;

/// <summary>What requests read of a model: never changed, replaced whole.</summary>
/// <param name="Available">The versions that can be asked, highest first.</param>
/// <param name="Labels">The labels.</param>
internal sealed record ServingSnapshot(ModelVersion[] Available, IReadOnlyDictionary<string, long> Labels)
{
    /// <summary>The version of a number, or null.</summary>
    public ModelVersion? Find(long number)
    {
        foreach (var version in Available)
        {
            if (version.Number == number)
            {
                return version;
            }
        }

        return null;
    }
}
