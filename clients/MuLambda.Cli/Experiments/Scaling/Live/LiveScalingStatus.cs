using System.Text.Json;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>The model's deployment as <c>GET /v1/scaler/status</c> says; zeros while the scaler does not know it.</summary>
/// <param name="Desired">The replicas decided on.</param>
/// <param name="Starting">Those that do not serve yet.</param>
/// <param name="Ready">Those that serve.</param>
/// <param name="Draining">Those that finish what they have.</param>
/// <param name="IsDemandKnown">Whether every selector told of its requests lately.</param>
internal readonly record struct LiveScalingStatus(int Desired, int Starting, int Ready, int Draining, bool IsDemandKnown)
{
    /// <summary>Asks the scaler.</summary>
    public static async Task<LiveScalingStatus> GetAsync(HttpClient scaler, CancellationToken cancellationToken)
    {
        using var body = await JsonDocument.ParseAsync(
            await scaler.GetStreamAsync(new Uri("v1/scaler/status", UriKind.Relative), cancellationToken), cancellationToken: cancellationToken);
        foreach (var deployment in body.RootElement.GetProperty("deployments").EnumerateArray())
        {
            if (deployment.GetProperty("model").GetString() == LiveScalingModel.Name)
            {
                return new LiveScalingStatus(
                    deployment.TryGetProperty("desired", out var desired) ? desired.GetInt32() : 0,
                    deployment.GetProperty("starting").GetInt32(),
                    deployment.GetProperty("ready").GetInt32(),
                    deployment.GetProperty("draining").GetInt32(),
                    deployment.GetProperty("isDemandKnown").GetBoolean());
            }
        }

        return default;
    }
}
