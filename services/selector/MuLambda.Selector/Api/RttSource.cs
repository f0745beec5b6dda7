using System.Text.Json.Serialization;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Where a round trip comes from, as it is answered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RttSource>))]
internal enum RttSource
{
    /// <summary>Nobody measured it; it counts as 0.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown = RoundTripSource.Unknown,

    /// <summary>Inferred from forwarded calls.</summary>
    [JsonStringEnumMemberName("observed")]
    Observed = RoundTripSource.Observed,

    /// <summary>Measured by the prober of the executor's node.</summary>
    [JsonStringEnumMemberName("measured")]
    Measured = RoundTripSource.Measured,

    /// <summary>Predicted from the coordinates of the node and of the client.</summary>
    [JsonStringEnumMemberName("predicted")]
    Predicted = RoundTripSource.Predicted,
}
