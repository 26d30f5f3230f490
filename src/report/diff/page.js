(function(){
var box=document.getElementById('filter'),rows=document.querySelectorAll('#all tbody tr'),said=document.getElementById('said'),later;
if(!box)return;
box.hidden=false;
box.addEventListener('input',function(){clearTimeout(later);later=setTimeout(function(){
var words=box.value.toLowerCase().split(/\s+/),shown=0;
rows.forEach(function(row){var text=row.textContent.toLowerCase();
var hit=words.every(function(word){return text.indexOf(word)>=0});
row.hidden=!hit;if(hit)shown++});
said.textContent=box.value?shown+' of '+rows.length+' rows':''},120)});
})();
