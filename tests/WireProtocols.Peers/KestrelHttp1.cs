using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace WireProtocols.Peers;

/// <summary>GET, HEAD, POST that echoes its body, and OPTIONS.</summary>
internal static class KestrelHttp1
{
    private const string Methods = "GET, HEAD, POST, OPTIONS";
    private const string Text = "hello\n";

    public static void Map(WebApplication application) => application.Run(AnswerAsync);

    private static async Task AnswerAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.ContentType = "text/plain";
        switch (context.Request.Method)
        {
            case "POST":
                using (MemoryStream body = new())
                {
                    await context.Request.Body.CopyToAsync(body);
                    response.ContentLength = body.Length;
                    await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
                }

                break;
            case "GET":
                response.ContentLength = Text.Length;
                await response.WriteAsync(Text);
                break;
            case "HEAD":
                response.ContentLength = Text.Length;
                break;
            default:
                response.ContentType = null;
                response.Headers.Allow = Methods;
                response.StatusCode = context.Request.Method == "OPTIONS" ? StatusCodes.Status204NoContent : StatusCodes.Status405MethodNotAllowed;
                break;
        }
    }
}
