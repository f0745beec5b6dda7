using System.Globalization;

namespace MuLambda.Catalog.Http;

public sealed partial class RegistryClient
{
    /// <summary>Deploys a model, or changes how it is served.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The deployment as registered.</returns>
    /// <exception cref="RegistryException">422: the model or its version is not registered.</exception>
    public Task<Registered<Deployment>> PutDeploymentAsync(
        Deployment deployment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        return PutAsync(DeploymentUri(deployment.Model), deployment, CatalogJson.Default.Deployment, cancellationToken);
    }

    /// <summary>Reads one deployment.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The deployment; null where the model is not deployed.</returns>
    public Task<Deployment?> GetDeploymentAsync(string model, CancellationToken cancellationToken = default) =>
        GetAsync(DeploymentUri(model), CatalogJson.Default.Deployment, cancellationToken);

    /// <summary>Lists the deployments by their model's name.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The deployments.</returns>
    public Task<IReadOnlyList<Deployment>> GetDeploymentsAsync(CancellationToken cancellationToken = default) =>
        ListAsync("v1/deployments", CatalogJson.Default.IReadOnlyListDeployment, cancellationToken);

    /// <summary>Deletes a deployment and its decisions; what it launched is retired.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where the model was not deployed.</returns>
    public Task<bool> DeleteDeploymentAsync(string model, CancellationToken cancellationToken = default) =>
        TellAsync(HttpMethod.Delete, DeploymentUri(model), null, cancellationToken);

    /// <summary>Records a decision on a deployment; the last 100 are kept.</summary>
    /// <param name="decision">The decision; its sequence is the registry's to say.</param>
    /// <param name="leadershipToken">The token under which the scaler leads.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The decision with its sequence.</returns>
    /// <exception cref="RegistryException">404: the model is not deployed; 409: another scaler leads by now.</exception>
    public async Task<ScalingDecision> PostDecisionAsync(
        ScalingDecision decision, long leadershipToken, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decision);
        using var response = await SendAsync(
            HttpMethod.Post,
            DecisionsUri(decision.Model),
            Json(decision, CatalogJson.Default.ScalingDecision),
            leadershipToken,
            cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return await BoundedContent.ReadJsonAsync(response, CatalogJson.Default.ScalingDecision, cancellationToken);
    }

    /// <summary>Lists the last decisions on a deployment, newest first.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="limit">The most to answer; null for all that are kept.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The decisions; none where the model is not deployed.</returns>
    public async Task<IReadOnlyList<ScalingDecision>> GetDecisionsAsync(
        string model, int? limit = null, CancellationToken cancellationToken = default) =>
        await GetAsync(
            DecisionsUri(model) + Query(("limit", limit?.ToString(CultureInfo.InvariantCulture))),
            CatalogJson.Default.IReadOnlyListScalingDecision,
            cancellationToken) ?? [];

    private static string DeploymentUri(string model) => $"v1/deployments/{Escape(model)}";

    private static string DecisionsUri(string model) => DeploymentUri(model) + "/decisions";
}
