using System.Text.Json.Serialization;

namespace MuLambda.Catalog;

/// <summary>The steps of a launch, in their order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LaunchPhase>))]
public enum LaunchPhase
{
    /// <summary>Decided; the process is not there or does not answer yet.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>The model's files come from the artifact store.</summary>
    [JsonStringEnumMemberName("downloading")]
    Downloading,

    /// <summary>The model is translated and loaded.</summary>
    [JsonStringEnumMemberName("loading")]
    Loading,

    /// <summary>The model answers its first requests, which nobody waits for.</summary>
    [JsonStringEnumMemberName("warming")]
    Warming,

    /// <summary>It serves.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,
}
