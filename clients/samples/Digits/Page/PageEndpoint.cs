using System.Reflection;

namespace Digits.Page;

/// <summary>The page with the file chooser; compiled in, so that it is there wherever the program is started from.</summary>
internal static class PageEndpoint
{
    public static void MapPage(this IEndpointRouteBuilder app)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("index.html")!;
        using var reader = new StreamReader(resource);
        var html = reader.ReadToEnd();
        app.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy =
                "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src blob:";
            return Results.Text(html, "text/html; charset=utf-8");
        });
    }
}
