namespace MuLambda.Hosting.ApplicationModel;

/// <summary>A value that the person who starts the application supplies.</summary>
public class ParameterResource : Resource, IManifestExpressionProvider, IValueProvider
{
    private readonly Lazy<string> _value;

    /// <summary>Creates a parameter.</summary>
    /// <param name="name">The resource's name.</param>
    /// <param name="callback">Reads its value; throws when there is none.</param>
    /// <param name="secret">Whether the value must never be shown.</param>
    internal ParameterResource(string name, Func<string> callback, bool secret)
        : base(name)
    {
        _value = new Lazy<string>(callback, LazyThreadSafetyMode.PublicationOnly);
        Secret = secret;
    }

    /// <summary>Whether the value must never be shown.</summary>
    public bool Secret { get; }

    /// <inheritdoc />
    public string ValueExpression => $"{{{Name}.value}}";

    /// <summary>The value.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DistributedApplicationException">It has none.</exception>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(_value.Value);
}
