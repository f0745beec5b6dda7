using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting;

/// <summary>A connection string made of other values.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="connectionStringExpression">What it is made of.</param>
public sealed class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression)
    : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression { get; } = connectionStringExpression;
}
