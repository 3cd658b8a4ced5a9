document.querySelector(".article").addEventListener("click", function (event) {
  var mark = event.target.closest("span[title]");
  document.getElementById("why").textContent = mark ? mark.title : "";
});
