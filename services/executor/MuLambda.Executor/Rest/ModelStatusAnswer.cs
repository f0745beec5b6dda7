using System.Globalization;
using MuLambda.Executor.Models;

namespace MuLambda.Executor.Rest;

/// <summary>TensorFlow Serving's GetModelStatusResponse as JSON.</summary>
internal static class ModelStatusAnswer
{
    public static Task WriteAsync(HttpContext context, IReadOnlyList<VersionStatus> statuses) => RestAnswer.JsonAsync(context, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("model_version_status"u8);
        foreach (var status in statuses)
        {
            writer.WriteStartObject();
            writer.WriteString("version"u8, status.Version.ToString(CultureInfo.InvariantCulture));
            writer.WriteString("state"u8, ModelStates.NameOf(status.State));
            writer.WriteStartObject("status"u8);
            writer.WriteString("error_code"u8, StatusNames.Of(status.Code));
            writer.WriteString("error_message"u8, status.Message);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
