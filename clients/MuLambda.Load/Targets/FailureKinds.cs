using System.Globalization;
using System.Net;
using System.Text;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Load;

/// <summary>What failures are counted as.</summary>
public static class FailureKinds
{
    /// <summary>The request was due while as many were under way as may be.</summary>
    public const string NotSent = "not sent";

    /// <summary>No answer within the request's timeout.</summary>
    public const string Timeout = "timeout";

    /// <summary>The connection was refused or broke.</summary>
    public const string Connection = "connection";

    /// <summary>Answered with success, but not with what was asked for.</summary>
    public const string WrongAnswer = "wrong answer";

    /// <summary>Still under way when the run was stopped.</summary>
    public const string CutOff = "cut off";

    /// <summary>Another status of HTTP than 200.</summary>
    /// <param name="status">The status.</param>
    /// <returns>Such as <c>http 503</c>.</returns>
    public static string Of(HttpStatusCode status) => string.Create(CultureInfo.InvariantCulture, $"http {(int)status}");

    /// <summary>Another status of gRPC than OK.</summary>
    /// <param name="status">The status.</param>
    /// <returns>Such as <c>grpc RESOURCE_EXHAUSTED</c>.</returns>
    public static string Of(StatusCode status)
    {
        var name = new StringBuilder("grpc");
        foreach (var letter in status.ToString())
        {
            name.Append(!char.IsAsciiLetterUpper(letter) ? "" : name.Length == 4 ? " " : "_").Append(char.ToUpperInvariant(letter));
        }

        return name.ToString();
    }
}
