namespace MuLambda.Hosting.ApplicationModel;

/// <summary>Something whose value is known when the application runs.</summary>
public interface IValueProvider
{
    /// <summary>The value, or null when it has none.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);

    /// <summary>The value as <paramref name="context"/>'s caller sees it.</summary>
    /// <param name="context">Who asks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        GetValueAsync(cancellationToken);
}
