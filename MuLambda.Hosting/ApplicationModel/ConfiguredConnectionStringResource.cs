using Microsoft.Extensions.Configuration;

namespace MuLambda.Hosting.ApplicationModel;

/// <summary>A connection string from the configuration, <c>ConnectionStrings:{name}</c>.</summary>
internal sealed class ConfiguredConnectionStringResource : ParameterResource, IResourceWithConnectionString
{
    private readonly IConfiguration _configuration;

    public ConfiguredConnectionStringResource(string name, IConfiguration configuration, string? environmentVariable)
        : base(name, () => Read(configuration, name), secret: true)
    {
        _configuration = configuration;
        ConnectionStringEnvironmentVariable = environmentVariable;
    }

    public string? ConnectionStringEnvironmentVariable { get; }

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{(ParameterResource)this}");

    string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";

    IEnumerable<object> IValueWithReferences.References => [];

    // An optional reference may find none.
    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        new(_configuration.GetConnectionString(Name));

    private static string Read(IConfiguration configuration, string name) => configuration.GetConnectionString(name)
        ?? throw new DistributedApplicationException(
            $"Connection string '{name}' is missing. Set ConnectionStrings:{name} (environment variable ConnectionStrings__{name}).");
}
