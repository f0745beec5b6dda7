namespace MuLambda.Catalog.Metadata;

/// <summary>What every metadata store holds callers to.</summary>
public static class MetadataLimits
{
    /// <summary>The bytes of an entry's value.</summary>
    public const int ValueBytes = 1024 * 1024;

    /// <summary>The characters of an entry's id.</summary>
    public const int IdLength = 200;

    /// <summary>The operations of one commit.</summary>
    public const int Operations = 20_000;

    /// <summary>The longest lease.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromDays(1);

    /// <summary>Throws where a commit is outside the limits.</summary>
    /// <param name="operations">The commit.</param>
    /// <exception cref="ArgumentException">Names the entry and the limit.</exception>
    public static void Check(IReadOnlyList<StoreOperation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        if (operations.Count is 0 or > Operations)
        {
            throw new ArgumentException(
                $"A commit has 1 to {Operations} operations, not {operations.Count}.", nameof(operations));
        }

        foreach (var operation in operations)
        {
            if (operation.Key.Id.Length is 0 or > IdLength)
            {
                throw new ArgumentException($"An id has 1 to {IdLength} characters.", nameof(operations));
            }

            if (operation is StorePut put)
            {
                if (put.Value.Length > ValueBytes)
                {
                    throw new ArgumentException(
                        $"{put.Key.Kind} {put.Key.Id} has {put.Value.Length} bytes; at most {ValueBytes} are allowed.",
                        nameof(operations));
                }

                if (put.Lease is { } lease && (lease <= TimeSpan.Zero || lease > Lease))
                {
                    throw new ArgumentException(
                        $"{put.Key.Kind} {put.Key.Id} has a lease of {lease}; it must be above 0 and at most {Lease}.",
                        nameof(operations));
                }
            }
        }
    }
}
