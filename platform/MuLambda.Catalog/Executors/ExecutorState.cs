using System.Text.Json.Serialization;

namespace MuLambda.Catalog;

/// <summary>What an executor is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExecutorState>))]
public enum ExecutorState
{
    /// <summary>Launched, not answering yet.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>Answering, its models not loaded yet.</summary>
    [JsonStringEnumMemberName("loading")]
    Loading,

    /// <summary>Serving: the only state in which it is selected.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Finishing what it has, taking nothing new.</summary>
    [JsonStringEnumMemberName("draining")]
    Draining,

    /// <summary>It stopped answering.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
