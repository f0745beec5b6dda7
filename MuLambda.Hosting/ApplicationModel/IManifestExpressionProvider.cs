namespace MuLambda.Hosting.ApplicationModel;

/// <summary>Something that a deployment manifest can refer to.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The reference, such as <c>{registry.bindings.http.url}</c>.</summary>
    string ValueExpression { get; }
}
