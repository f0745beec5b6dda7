using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MuLambda.Client;
using MuLambda.Client.Images;

namespace Digits.Classify;

/// <summary><c>POST /classify</c>: a PNG in, the digit on it out.</summary>
internal static class ClassifyEndpoint
{
    private const int Side = 28;
    private const int MaxBytes = 256 * 1024;

    // Larger images are still read, so that the answer can say what size they are.
    private static readonly PngLimits Limits = new(MaxWidth: 1024, MaxHeight: 1024, MaxBytes);

    public static void MapClassify(this IEndpointRouteBuilder app) =>
        app.MapPost("/classify", ClassifyAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBytes));

    private static async Task<Results<Ok<ClassifyAnswer>, ProblemHttpResult>> ClassifyAsync(
        HttpContext context, MuLambdaClient client)
    {
        GrayImage image;
        try
        {
            image = await ReadImageAsync(context.Request.Body, context.RequestAborted);
        }
        catch (ImageFormatException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusOf(e.Error));
        }
        catch (BadHttpRequestException e)
        {
            return TypedResults.Problem(e.Message, statusCode: e.StatusCode);
        }

        if (image.Width != Side || image.Height != Side)
        {
            return TypedResults.Problem(
                $"The image is {image.Width} × {image.Height} pixels; it has to be {Side} × {Side}.",
                statusCode: StatusCodes.Status422UnprocessableEntity);
        }

        try
        {
            var result = await client.InferAsync(InferRequest.FromInstance(image.ToTensor()), context.RequestAborted);
            var digit = Classification.FromResult(result)[0];
            return TypedResults.Ok(new ClassifyAnswer(
                digit.Label, digit.Probability, digit.Probabilities, result.Elapsed.TotalMilliseconds, result.Decision));
        }
        catch (MuLambdaException e)
        {
            return ProblemOf(e, context.Response);
        }
        catch (FormatException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status502BadGateway);
        }
    }

    private static async Task<GrayImage> ReadImageAsync(Stream body, CancellationToken cancellationToken)
    {
        // The server cuts the body at MaxBytes, so this buffer is bounded.
        using var buffer = new MemoryStream();
        await body.CopyToAsync(buffer, cancellationToken);
        buffer.Position = 0;
        return GrayImage.DecodePng(buffer, Limits);
    }

    private static int StatusOf(ImageError error) => error switch
    {
        ImageError.NotPng or ImageError.Unsupported => StatusCodes.Status415UnsupportedMediaType,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    // To the consumer a platform without a fitting model is as unavailable as one that is away.
    private static ProblemHttpResult ProblemOf(MuLambdaException e, HttpResponse response)
    {
        if (e.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var status = e switch
        {
            { Failure: MuLambdaFailure.TimedOut } or { Status: System.Net.HttpStatusCode.GatewayTimeout } => StatusCodes.Status504GatewayTimeout,
            { Failure: MuLambdaFailure.InvalidAnswer } => StatusCodes.Status502BadGateway,
            { Status: System.Net.HttpStatusCode.TooManyRequests } => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status503ServiceUnavailable,
        };
        var extensions = e.Excluded.Count > 0 ? new Dictionary<string, object?> { ["excluded"] = e.Excluded } : null;
        return TypedResults.Problem(e.Message, statusCode: status, extensions: extensions);
    }
}
